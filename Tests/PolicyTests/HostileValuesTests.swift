import Mail
import TestRig
import Testing

@testable import Policy

/// What scanners and strangers say about users, scores and rules, and what becomes of it.
struct HostileValuesTests {
    private static let rounds = 2_000

    @Test func `a score that cannot be added exactly is none`() {
        let read = HostileValues.scores.compactMap { text in Points(decimal: text).map { (text, $0.exactText) } }
        let expected = [
            ("0", "0.0"), ("-0", "0.0"), ("-0.0", "0.0"), ("5", "5.0"), ("5.0", "5.0"), ("7.449", "7.449"),
            ("-41.25", "-41.25"),
            ("999999999", "999999999.0"), ("-999999999", "-999999999.0"),
        ]
        #expect(read.map(\.0) == expected.map(\.0))
        #expect(read.map(\.1) == expected.map(\.1))
        #expect(Points(decimal: "-0")?.description == "0.0", "nobody is shown -0.0")
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `a user's name is a word that is no path, or nobody is named`(seed: UInt64) {
        var hostile = HostileValues(seed: seed)
        for _ in 0..<Self.rounds {
            let address = Envelope.Address(wireForm: [0x3C] + hostile.mtaBytes() + [0x3E])
            for rule in [SpamdUserRules.Rule.address, .localPart] {
                guard let user = SpamdUserRules(single: rule).user(for: address) else { continue }
                #expect(user.description.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x2F && $0 != 0x3A })
                #expect(
                    !user.description.contains("..") && user.description.first != "-" && user.description.first != "."
                )
                #expect((1...128).contains(user.description.utf8.count))
            }
        }
    }

    @Test(arguments: [3, 4] as [UInt64])
    func `an address of the admin's is one word in brackets, or none`(seed: UInt64) {
        var hostile = HostileValues(seed: seed)
        for _ in 0..<Self.rounds {
            guard let address = try? MailAddress(hostile.text() + "@" + hostile.text()) else { continue }
            #expect(address.wireForm.allSatisfy { $0 > 0x20 && $0 < 0x7F })
            #expect(address.wireForm.count { $0 == 0x3C || $0 == 0x3E } == 2)
        }
    }

    @Test func `10,000 rules, and one of 10,000 characters, are shown by the documented rule`() throws {
        var stage = Stage()
        let names = (0..<10_000).map { "RULE_\($0)" } + [String(repeating: "X", count: 10_000)]
        stage.findings = Findings(spamd: spamd("12", names), pyzor: pyzor(0))
        let verdict = stage.verdict
        #expect(verdict.tests.count == Evidence.maximumTests)
        let shown = try #require(verdict.status.split(separator: " ").first { $0.hasPrefix("tests=") })
        #expect(shown.utf8.count <= StatusText.maximumTestsLength + 20)
        #expect(shown.contains(/,\+[0-9]+$/))
        stage.findings = Findings(spamd: spamd("12", [names[10_000]]), pyzor: pyzor(0))
        #expect(stage.verdict.tests == [String(repeating: "X", count: Evidence.maximumTestLength)])
    }

    @Test(arguments: [5, 6, 7] as [UInt64])
    func `a status is one line by its grammar whatever the rules are called`(seed: UInt64) throws {
        var hostile = HostileValues(seed: seed)
        let grammar =
            /(Yes|No), score=-?[0-9]+\.[0-9] required=-?[0-9]+\.[0-9] tests=(none|[A-Za-z0-9_.?,+-]+) pyzor=[0-9]+\/[0-9]+ scanned-by=spamd,pyzor/
        for _ in 0..<300 {
            var stage = Stage()
            let names = (0..<hostile.number(below: 6)).map { _ in hostile.text() }
            stage.findings = Findings(spamd: spamd("6.1", names), pyzor: pyzor(4))
            let status = stage.verdict.status
            #expect(try grammar.wholeMatch(in: status) != nil, "\(status.prefix(300))")
        }
    }

    @Test(arguments: [8, 9] as [UInt64])
    func `a template shows a queue id and a digest as one word each`(seed: UInt64) throws {
        var hostile = HostileValues(seed: seed)
        let template = try HeaderTemplate("<{queue-id}> <{digest}>")
        for _ in 0..<300 {
            var stage = Stage()
            stage.configuration.headers.extra = [try ExtraHeader(name: "X-Ids", template: template)]
            let digest = hostile.text()
            stage.findings = Findings(
                spamd: spamd("6.1"),
                pyzor: ScannerReport(.answered(PyzorAnswer(count: 1, digest: digest)))
            )
            var facts = stage.facts
            facts.queueID = hostile.mtaBytes()
            let verdict = stage.policy.judge(stage.findings, for: facts)
            let edits = stage.policy.disposition(of: verdict, from: stage.findings, for: facts).edits
            let value = try #require(
                edits.compactMap { edit in
                    if case .insertHeader(_, "X-Ids", let value) = edit { value.description } else { nil }
                }.first
            )
            #expect(value.split(separator: " ").count == 2, "\(value)")
            #expect(value.utf8.count <= 2 * 130 + 5)
        }
    }
}
