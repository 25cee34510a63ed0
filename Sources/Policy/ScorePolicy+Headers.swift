import Mail

extension ScorePolicy {
    /// The fields that Tamis writes, each inserted just below the MTA's own Received.
    ///
    /// Each insertion pushes the earlier ones down, on both MTAs, so the last field is sent first.
    func insertions(for verdict: Verdict, findings: Findings, facts: MessageFacts) -> [Modification] {
        let own = ownFields(for: verdict, findings: findings)
        let extra = configuration.headers.extra.map { header in
            (header.name, HeaderValue(header.template.text { value(of: $0, verdict, findings, facts) }))
        }
        return (own + extra + takenOver(from: findings)).reversed()
            .map { .insertHeader(index: 1, name: $0.0, value: $0.1) }
    }

    private func ownFields(for verdict: Verdict, findings: Findings) -> [(HeaderName, HeaderValue)] {
        let rules = configuration.headers
        var fields: [(HeaderName, HeaderValue)] = []
        func add(_ name: HeaderName, _ value: HeaderValue?, when: HeaderRules.When) {
            guard let value, when == .always || when == .spam && verdict.isSpam else { return }
            fields.append((name, value))
        }
        if let score = verdict.shownScore {
            let level = Self.level(of: score)
            add(OwnHeader.flag, verdict.isSpam ? "YES" : "NO", when: rules.flag)
            add(OwnHeader.score, HeaderValue(score.description), when: rules.score)
            add(OwnHeader.level, level.isEmpty ? nil : HeaderValue(level), when: rules.level)
        }
        add(OwnHeader.status, HeaderValue(verdict.status), when: rules.status)
        add(OwnHeader.version, HeaderValue(versionText), when: rules.version)
        add(OwnHeader.report, findings.spamd.answer?.report.flatMap(ReportText.value), when: rules.report)
        return fields
    }

    private var versionText: String { "tamis \(configuration.version) on \(configuration.hostName)" }

    /// A star per whole point, 50 at most; empty below 1.
    static func level(of score: Points) -> String {
        let stars = repeatElement(UInt8(ascii: "*"), count: Int(min(max(score.wholePoints, 0), 50)))
        return String(decoding: stars, as: UTF8.self)
    }

    /// spamd's own fields that the admin wants, unfolded to be folded anew; none that we write ourselves. What goes beyond the
    /// limits is left out, or cut where it is one value.
    private func takenOver(from findings: Findings) -> [(HeaderName, HeaderValue)] {
        let rules = configuration.headers
        guard let headers = findings.spamd.answer?.headers, !rules.takeOver.isEmpty else { return [] }
        let own = OwnHeader.names.union(rules.extra.map(\.name))
        var taken: [(HeaderName, HeaderValue)] = []
        var size = 0
        for field in headers where taken.count < HeaderRules.maximumTakenOver {
            guard let name = HeaderName(field.name.description),
                name.bytes.startsIgnoringASCIICase(with: "X-Spam-".utf8),
                !own.contains(name), rules.takeOver.contains(where: { $0.matches(name) })
            else { continue }
            let value = Self.unfolded(field.value).prefix(HeaderRules.maximumTakenOverValue)
            size += name.bytes.count + value.count
            guard size <= HeaderRules.maximumTakenOverBytes else { break }
            taken.append((name, HeaderValue(bytes: value)))
        }
        return taken
    }

    /// The value with each fold (RFC 5322 section 2.2.3) and each run of blanks made one blank.
    private static func unfolded(_ value: Bytes) -> Bytes {
        Bytes(value.split { $0.isBlank || $0 == 0x0A || $0 == 0x0D }.joined(separator: [0x20]))
    }

    /// What an outsider gave as a name of something: at most 128 visible ASCII characters, all else `?`; nil when empty.
    private static func word(_ bytes: some Sequence<UInt8>) -> String? {
        let shown = bytes.prefix(128).map { $0.isPrintableASCII && $0 != 0x20 ? $0 : 0x3F }
        return shown.isEmpty ? nil : String(decoding: shown, as: UTF8.self)
    }

    private func value(
        of variable: HeaderTemplate.Variable,
        _ verdict: Verdict,
        _ findings: Findings,
        _ facts: MessageFacts
    ) -> String? {
        let pyzor = findings.pyzor.answer
        return switch variable {
        case .verdict: verdict.kind.rawValue
        case .score: verdict.shownScore?.description
        case .required: verdict.required.description
        case .level: verdict.shownScore.map(Self.level).flatMap { $0.isEmpty ? nil : $0 }
        case .tests: verdict.score.map { _ in StatusText.tests(verdict.tests) }
        case .spamdScore: findings.spamd.answer?.score.description
        case .pyzorCount: pyzor?.count.description
        case .pyzorWhitelist: pyzor?.whitelistCount.description
        case .pyzorPoints: verdict.pyzorPoints?.description
        case .digest: pyzor.flatMap { Self.word($0.digest.utf8) }
        case .skipped: findings.skipped.isEmpty ? nil : findings.skipped.joined(separator: ",")
        case .unscanned: findings.unscanned.isEmpty ? nil : findings.unscanned.joined(separator: ",")
        case .queueID: facts.queueID.flatMap(Self.word)
        case .host: configuration.hostName
        case .version: configuration.version
        }
    }
}
