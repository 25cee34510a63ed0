import NIOCore
import Policy
import Pyzor
import Spamd
import Testing

@testable import Settings

@Suite struct ConfigurationsTests {
    @Test func `an empty file configures the rooms as their own defaults do`() {
        let settings = TamisSettings()
        #expect(settings.policy(version: "1", hostName: "mx") == PolicyConfiguration(version: "1", hostName: "mx"))
        #expect(settings.pyzor.configuration() == PyzorClient.Configuration())
        let (made, standard) = (settings.spamd.configuration(), SpamdClient.Configuration())
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
        let policy = try settings(text).policy(version: "1", hostName: "mx")
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
            limits: {deadline: 2m}
            spamd:
              servers: ["tls://[::1]:783", unix:/run/spamd, spamd.example.org:1783]
              timeout: 1.5m
              tls: {cert-file: /c.pem, key-file: /k.pem, key-password-file: /p, verify: chain}
            pyzor: {servers: [a:1], timeout: 250ms, cache: {entries: 0, found: 1h, not-found: 0s}}
            """
        let settings = try settings(text)
        let spamd = settings.spamd.configuration()
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
        let pyzor = settings.pyzor.configuration()
        #expect(pyzor.servers == [try PyzorServer("a:1")])
        #expect(pyzor.timeout == .milliseconds(250))
        #expect(pyzor.cache == CheckCache.Policy(entries: 0, found: .hours(1), notFound: .zero))
    }
}
