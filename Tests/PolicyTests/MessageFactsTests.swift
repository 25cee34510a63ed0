import Mail
import Testing

@testable import Policy

struct MessageFactsTests {
    @Test func `facts hold what the policy looks at and no body`() {
        var stage = Stage()
        stage.headers = [("X-Spam-A", " 1"), ("Subject", " One"), ("subject", " Two"), ("x-spam-a", " 2")]
        let facts = stage.facts
        #expect(facts.subject == .present(Bytes(" One".utf8)))
        #expect(
            facts.removable == [
                MessageFacts.Removable(name: "X-Spam-A", index: 1), MessageFacts.Removable(name: "X-Spam-A", index: 2),
            ]
        )
        #expect(facts.queueID == Bytes("4F2A1B".utf8))
        #expect(facts.size == stage.message.size)
        #expect(!facts.isAuthenticated && !facts.isList)
    }

    @Test func `a subject that will be removed is missing`() {
        var stage = Stage()
        #expect(stage.facts.subject != .missing)
        stage.configuration.headers.remove = [HeaderNamePattern("Subj*")].compactMap(\.self)
        #expect(stage.facts.subject == .missing)
    }

    @Test func `a name past the header limit still counts`() {
        var headers = HeaderList(limits: HeaderList.Limits(fields: 0))
        for name in ["Subject", "List-ID"] as [HeaderName] { headers.append(HeaderField(name: name, value: [0x20])) }
        var message = Stage().message
        message.headers = headers
        let facts = MessageFacts(message, removing: [])
        #expect(facts.subject == .unknown)
        #expect(facts.isList)
    }

    @Test func `a login is known by its macros alone`() {
        var stage = Stage()
        stage.authentication = Authentication(mechanism: Bytes("EXTERNAL".utf8), identity: [])
        #expect(stage.facts.isAuthenticated)
    }
}
