import Mail
import Testing

@testable import Policy

struct ExemptionTests {
    private let policy = ScorePolicy(PolicyConfiguration())

    @Test(
        arguments: [
            ("127.0.0.1", 40_000, .skip, .network), ("127.9.9.9", 1, .skip, .network), ("::1", 40_000, .skip, .network),
            ("127.0.0.1", 0, .skip, .local), ("::1", 0, .skip, .local), ("192.0.2.1", 0, .full, nil),
            ("192.0.2.1", 25, .full, nil), ("2001:db8::1", 25, .full, nil),
            ("::ffff:127.0.0.1", 40_000, .skip, .network),
        ] as [(String, UInt16, Ceiling, ExemptClass?)]
    )
    func `at CONNECT networks and local mail are told apart`(
        text: String,
        port: UInt16,
        ceiling: Ceiling,
        reason: ExemptClass?
    ) {
        let standing = policy.standing(client: Client(address: .ip(address(text), port: port)))
        #expect(standing.ceiling == ceiling)
        #expect(standing.reason == reason)
        #expect(standing.isSkipped == (ceiling == .skip))
    }

    @Test func `a message without an SMTP client is local`() {
        #expect(policy.standing(client: Client()).reason == .local)
        #expect(policy.standing(client: Client(address: .unix(path: []))).reason == .local)
        #expect(policy.standing(client: Client()).isLocal)
    }

    @Test func `local is looked at before the networks`() {
        var configuration = PolicyConfiguration()
        configuration.exempt.local = .full
        let standing = ScorePolicy(configuration)
            .standing(client: Client(address: .ip(address("127.0.0.1"), port: 0)))
        #expect(standing == Standing(ceiling: .full, reason: nil, isLocal: true))
    }

    @Test func `of all that apply the lowest ceiling wins, in any combination`() {
        for local in Ceiling.allCases {
            for authenticated in Ceiling.allCases {
                for nullSender in Ceiling.allCases {
                    for lists in Ceiling.allCases {
                        check([local, authenticated, nullSender, lists])
                    }
                }
            }
        }
    }

    private func check(_ ceilings: [Ceiling]) {
        var configuration = PolicyConfiguration()
        configuration.exempt.local = ceilings[0]
        configuration.exempt.authenticated = ceilings[1]
        configuration.exempt.nullSender = ceilings[2]
        configuration.exempt.lists = ceilings[3]
        let policy = ScorePolicy(configuration)
        for applied in 0..<16 {
            let applies = (0..<4).map { applied & (1 << $0) != 0 }
            let client = applies[0] ? Client() : Client(address: .ip(address("192.0.2.1"), port: 25))
            let standing = policy.standing(
                client: client,
                isAuthenticated: applies[1],
                hasNullSender: applies[2],
                isList: applies[3]
            )
            let lowest = zip(ceilings, applies).filter(\.1).map(\.0).min() ?? .full
            #expect(standing.ceiling == lowest)
            #expect((standing.reason == nil) == (lowest == .full))
        }
    }

    @Test func `a whole message is looked at for login, sender and List-Id`() {
        var stage = Stage()
        #expect(stage.policy.standing(of: stage.facts) == Standing())
        stage.configuration.exempt.lists = .tagOnly
        stage.headers.append(("LIST-ID", " <x>"))
        #expect(stage.policy.standing(of: stage.facts).reason == .list)
        stage.sender = recipient("<>")
        #expect(stage.policy.standing(of: stage.facts).reason == .list)
        stage.configuration.exempt.nullSender = .logOnly
        #expect(stage.policy.standing(of: stage.facts).reason == .nullSender)
        stage.authentication = Authentication(mechanism: [], identity: [])
        #expect(stage.policy.standing(of: stage.facts).reason == .authenticated)
    }

    @Test func `skipped mail is exempt, whatever was found, and nothing of it is changed`() {
        var stage = Stage()
        stage.client = Client()
        stage.headers.append(("X-Spam-Flag", " YES"))
        stage.findings.spamd = spamd("99")
        let verdict = stage.verdict
        #expect(stage.policy.exemption(of: stage.facts) == verdict)
        #expect(verdict.kind == .exempt)
        #expect(verdict.score == nil)
        #expect(verdict.actionWords == "none")
        #expect(verdict.status.isEmpty)
        #expect(stage.disposition == .untouched)
    }

    @Test func `mail that is to be scanned is no exemption`() {
        #expect(Stage().policy.exemption(of: Stage().facts) == nil)
    }
}
