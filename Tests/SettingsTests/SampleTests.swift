import Testing

@testable import Settings

@Suite struct SampleTests {
    @Test func `an empty file, a comment and the printed sample mean the same`() throws {
        let defaults = LoadedSettings(settings: TamisSettings(), warnings: [])
        for text in ["", "\n", "# nothing\n", "---\n", "--- # nothing\n...\n", "{}\n", TamisSettings.sample] {
            #expect(try TamisSettings.parse(Array(text.utf8), named: "t") == defaults)
        }
    }

    @Test func `the sample shows every key`() throws {
        let root = try #require(NodeBuilder.read(try SourceText(Array(TamisSettings.sample.utf8))).root)
        let shown = Set(names(of: root, under: ""))
        let absent = TamisSettings.keyNames.filter { !shown.contains($0) }
        #expect(absent == ["milter.socket-group"], "a key without a default stands there as a comment")
        #expect(TamisSettings.sample.contains("\n  #socket-group: postfix\n"))
    }

    @Test func `these are the keys, in this order`() {
        let names = """
            mode
            milter.listen milter.socket-mode milter.socket-group
            spamd.enabled spamd.servers spamd.timeout spamd.connect-timeout spamd.max-concurrent spamd.hedge spamd.user spamd.user-for-several spamd.users spamd.users-file spamd.compress
            spamd.tls.ca-file spamd.tls.cert-file spamd.tls.key-file spamd.tls.key-password-file spamd.tls.verify
            pyzor.enabled pyzor.servers pyzor.accounts-file pyzor.timeout pyzor.digest pyzor.cache.entries pyzor.cache.found pyzor.cache.not-found
            limits.deadline limits.max-scan-size limits.max-connections limits.max-in-flight limits.max-buffered limits.busy limits.drain
            score.required score.pyzor.points score.pyzor.whitelist-count score.pyzor.whitelist-share score.pyzor.alone
            actions
            exempt.networks exempt.local exempt.authenticated exempt.null-sender exempt.lists
            recipients mixed
            headers.status headers.flag headers.score headers.level headers.report headers.version headers.remove headers.subject-tag headers.extra headers.take-over
            unscanned.without-spamd unscanned.without-pyzor
            shadow
            log.level log.format log.recipients log.subject
            """
        #expect(TamisSettings.keyNames == names.split { $0 == " " || $0 == "\n" }.map(String.init))
        #expect(TamisSettings.keys.filter { $0.defaultText == nil }.map(\.name) == ["milter.socket-group"])
    }

    /// The defaults once more, written down apart from the code that holds them.
    @Test func `an empty file means what was agreed`() throws {
        let agreed = """
            mode: enforce
            milter: { listen: unix:/run/tamis/milter.sock, socket-mode: 0660 }
            spamd:
              enabled: true
              servers:
                - 127.0.0.1:783
              timeout: 40s
              connect-timeout: 2s
              max-concurrent: 20
              hedge: false
              user: none
              user-for-several: none
              users: {}
              users-file: ""
              compress: false
              tls: { ca-file: "", cert-file: "", key-file: "", key-password-file: "", verify: full }
            pyzor:
              enabled: true
              servers:
                - public.pyzor.org:24441
              accounts-file: ""
              timeout: 3s
              digest: pyzor-1.1
              cache: { entries: 10000, found: 10m, not-found: 2m }
            limits:
              deadline: 45s
              max-scan-size: 2MiB
              max-connections: 2000
              max-in-flight: 500
              max-buffered: 512MiB
              busy: tempfail
              drain: 30s
            score:
              required: spamd
              pyzor:
                points: { 5: 1.0, 20: 2.0, 100: 3.0 }
                whitelist-count: 10
                whitelist-share: 0.2
                alone: tag
            actions:
              - { at: required, do: [tag] }
            exempt:
              networks: [127.0.0.0/8, "::1/128"]
              local: skip
              authenticated: skip
              null-sender: no-reject
              lists: full
            recipients: []
            mixed: most-lenient
            headers:
              status: always
              flag: spam
              score: always
              level: always
              report: never
              version: always
              remove: ["X-Spam-*"]
              subject-tag: ""
              extra: {}
              take-over: []
            unscanned:
              without-spamd: accept
              without-pyzor: accept
            shadow: ""
            log: { level: notice, format: logfmt, recipients: true, subject: false }
            """
        #expect(try settings(agreed) == TamisSettings())
        let given = try #require(NodeBuilder.read(try SourceText(Array(agreed.utf8))).root)
        #expect(names(of: given, under: "") == TamisSettings.keyNames.filter { $0 != "milter.socket-group" })
    }

    @Test func `a key without its value means the default`() throws {
        let text = TamisSettings.keyNames.filter { !$0.contains(".") }.map { "\($0):\n" }.joined()
        let empty = try TamisSettings.parse(
            Array("spamd:\nlimits:\n  deadline:\n  drain: # later\n\(text)".utf8),
            named: "t"
        )
        #expect(empty.settings == TamisSettings())
    }

    @Test func `every example can be taken as it stands`() throws {
        let lines = TamisSettings.sample.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var taken = 0
        for (index, line) in lines.enumerated() {
            guard let sign = line.firstIndex(of: "#"), line[sign...].dropFirst().first != " " else { continue }
            var changed = lines
            changed[index] = String(line[..<sign] + line[line.index(after: sign)...])
            let name = changed[index].prefix { $0 != ":" }
            if let other = lines.firstIndex(where: { $0.hasPrefix("\(name):") }) { changed[other] = "" }
            let loaded = try TamisSettings.parse(Array(changed.joined(separator: "\n").utf8), named: "t")
            #expect(loaded.settings != TamisSettings(), "\(changed[index])")
            #expect(loaded.warnings == [], "\(changed[index])")
            taken += 1
        }
        #expect(taken >= 8)
    }

    @Test func `no line is longer than a terminal and none ends in a blank`() {
        for line in TamisSettings.sample.split(separator: "\n", omittingEmptySubsequences: false) {
            #expect(line.count <= 110, "\(line)")
            #expect(line.last != " ")
        }
    }

    private func names(of node: Node, under prefix: String) -> [String] {
        guard case .mapping(let entries) = node.content, !TamisSettings.keyNames.contains(prefix) else {
            return [prefix]
        }
        return entries.flatMap { names(of: $0.value, under: prefix.isEmpty ? $0.name : "\(prefix).\($0.name)") }
    }
}
