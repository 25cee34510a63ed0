import Filter
import Foundation
import NIOCore
import Policy
import Pyzor
import Spamd
import Testing

@testable import Settings

@Suite struct FilterConfigurationTests {
    @Test func `an empty file configures the rooms as their own defaults do`() throws {
        let filter = try TamisSettings().filterConfiguration(hostName: "mx", version: "1")
        let agreed = FilterConfiguration(policy: PolicyConfiguration(version: "1", hostName: "mx"))
        #expect(filter.policy == agreed.policy)
        #expect(filter.pyzor == agreed.pyzor)
        #expect(filter.digestRule == agreed.digestRule)
        #expect(filter.maximumScanSize == agreed.maximumScanSize)
        let (made, standard) = (try #require(filter.spamd), SpamdClient.Configuration())
        #expect(made.servers == standard.servers)
        #expect(made.timeout == standard.timeout)
        #expect(made.connectTimeout == standard.connectTimeout)
        #expect(made.maxConcurrent == standard.maxConcurrent)
        #expect(made.user == standard.user)
        #expect(made.compress == standard.compress)
        #expect(made.tls == standard.tls)
    }

    @Test func `the policy gets what the file says`() throws {
        let text = """
            mode: observe
            mixed: split
            score: {required: 6.25, pyzor: {points: {7: 0.5}, whitelist-share: 0.125, alone: reject}}
            exempt: {networks: [], lists: tag-only}
            recipients: [{match: ["a@*"], required: 4}]
            headers: {flag: always, subject-tag: "[SPAM]", extra: {X-A: "{score}"}}
            unscanned: {without-spamd: quarantine}
            spamd: {user: address, user-for-several: "name:all"}
            """
        let policy = try settings(text).policyConfiguration(hostName: "mx", version: "1")
        #expect(policy.mode == .observe)
        #expect(policy.mixed == .split)
        #expect(policy.score.required == .points(Points(thousandths: 6250)))
        #expect(policy.score.pyzorPoints == [7: Points(thousandths: 500)])
        #expect(policy.score.whitelistShareThousandths == 125)
        #expect(policy.score.alone == .reject)
        #expect(policy.exempt.networks == [])
        #expect(policy.exempt.lists == .tagOnly)
        #expect(policy.recipients == [RecipientRow(match: [try Glob("a@*")], required: Points(thousandths: 4000))])
        #expect(policy.headers.flag == .always)
        #expect(policy.headers.subjectTag.description == "[SPAM]")
        #expect(policy.headers.extra == [try ExtraHeader(name: "X-A", template: HeaderTemplate("{score}"))])
        #expect(policy.unscanned.withoutSpamd == .quarantine)
        #expect(policy.spamdUser == SpamdUserRules(single: .address, several: SpamdUser("all")))
    }

    @Test func `the clients get what the file says`() throws {
        let text = """
            limits: {deadline: 2m, max-scan-size: 3MiB}
            spamd:
              servers: ["tls://[::1]:783", unix:/run/spamd, spamd.example.org:1783]
              timeout: 1.5m
              tls: {cert-file: /c.pem, key-file: /k.pem, key-password-file: /p, verify: chain}
            pyzor: {servers: [a:1], timeout: 250ms, digest: pyzor-1.0, cache: {entries: 0, found: 1h, not-found: 0s}}
            """
        let filter = try settings(text).filterConfiguration(hostName: "mx", version: "1")
        let spamd = try #require(filter.spamd)
        #expect(
            spamd.servers == [
                try .tls(host: "::1"), try .unix(path: "/run/spamd"), try .tcp(host: "spamd.example.org", port: 1783),
            ]
        )
        #expect(spamd.timeout == .seconds(90))
        #expect(
            spamd.tls
                == TLSOptions(
                    certificate: "/c.pem",
                    key: "/k.pem",
                    keyPassword: .file("/p"),
                    verification: .chain
                )
        )
        let pyzor = try #require(filter.pyzor)
        #expect(filter.maximumScanSize == 3 << 20)
        #expect(filter.digestRule == .pyzor1_0)
        #expect(pyzor.servers == [try PyzorServer("a:1")])
        #expect(pyzor.timeout == .milliseconds(250))
        #expect(pyzor.cache == CheckCache.Policy(entries: 0, found: .hours(1), notFound: .zero))
    }

    @Test func `a scanner that is switched off is not configured`() throws {
        let loaded = try TamisSettings.parse(
            Array("spamd: {enabled: false}\npyzor: {enabled: false}\n".utf8),
            named: "t"
        )
        let filter = try loaded.settings.filterConfiguration(hostName: "mx", version: "1")
        #expect(filter.spamd == nil)
        #expect(filter.pyzor == nil)
    }

    @Test func `pyzor's accounts are read, and a line that cannot be used is an error`() throws {
        let file = FileManager.default.temporaryDirectory.path + "/tamis-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        var settings = TamisSettings()
        settings.pyzor.accountsFile = file
        let missing = #expect(throws: SettingsError.self) {
            try settings.filterConfiguration(hostName: "mx", version: "1")
        }
        #expect(missing?.description.hasPrefix("\(file): pyzor.accounts-file: ") == true)

        try Data("# mine\na : 1 : bob : 5a,7b\n".utf8).write(to: URL(fileURLWithPath: file))
        let accounts = try settings.filterConfiguration(hostName: "mx", version: "1").pyzor?.accounts
        #expect(accounts == [try PyzorServer("a:1"): PyzorAccount(user: "bob", salt: "5a", key: "7b")])

        try Data("a : 1 : bob : 5a,7b\na : x\n".utf8).write(to: URL(fileURLWithPath: file))
        let wrong = #expect(throws: SettingsError.self) {
            try settings.filterConfiguration(hostName: "mx", version: "1")
        }
        #expect(wrong?.description.hasPrefix("\(file):2:1: pyzor.accounts-file: ") == true)
    }
}
