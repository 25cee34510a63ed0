/// What the servers together know about a digest.
///
/// The counts are the largest Count and the largest WL-Count of the servers that answered, so that one dead or empty
/// server does not hide a hit.
public struct CheckOutcome: Hashable, Sendable {
    /// Where an outcome comes from.
    public enum Origin: String, Hashable, Sendable {
        /// The servers were asked for this caller.
        case asked
        /// The same digest was being asked already; the caller shared that question.
        case coalesced
        /// An earlier answer that is not too old.
        case cached
    }

    public let digest: MessageDigest

    /// How often the digest was reported as spam.
    public let count: Int64

    /// How often it was reported as good.
    public let whitelistCount: Int64

    /// What each server said, in the order of the configuration; at least one of them answered.
    public let answers: [ServerAnswer]

    public let origin: Origin

    /// Whether any server has the digest as spam.
    public var isFound: Bool { count > 0 }

    /// Combines the servers' answers; nil when none of them has counts.
    init?(digest: MessageDigest, answers: [ServerAnswer], origin: Origin) {
        let counted = answers.compactMap { try? $0.result.get() }
        guard let count = counted.compactMap(\.count).max() else { return nil }
        self.digest = digest
        self.count = count
        self.whitelistCount = counted.compactMap(\.whitelistCount).max() ?? 0
        self.answers = answers
        self.origin = origin
    }

    private init(_ other: CheckOutcome, origin: Origin) {
        self.digest = other.digest
        self.count = other.count
        self.whitelistCount = other.whitelistCount
        self.answers = other.answers
        self.origin = origin
    }

    /// The same outcome for a caller that got it in another way.
    func reached(by origin: Origin) -> CheckOutcome {
        CheckOutcome(self, origin: origin)
    }
}

extension CheckOutcome: CustomStringConvertible {
    public var description: String { "\(digest) \(count)/\(whitelistCount) (\(origin))" }
}

/// What one server made of a question.
public struct ServerAnswer: Hashable, Sendable {
    public let server: PyzorServer
    public let result: Result<PyzorReply, PyzorError>

    /// A reply other than 200 is a failure here: it holds no counts.
    init(server: PyzorServer, result: Result<PyzorReply, PyzorError>) {
        self.server = server
        if case .success(let reply) = result, !reply.isOK {
            self.result = .failure(.status(server, code: reply.code, diagnosis: reply.diagnosis))
        } else {
            self.result = result
        }
    }

    /// Why there are no counts, nil when there are.
    public var error: PyzorError? {
        if case .failure(let error) = result { error } else { nil }
    }
}

extension [ServerAnswer] {
    /// The error to show when nobody answered: what a server that was asked did, before "left alone".
    var telling: PyzorError {
        let errors = compactMap(\.error)
        let asked = errors.first { if case .leftAlone = $0 { false } else { true } }
        return asked ?? errors.first ?? .noServers
    }
}
