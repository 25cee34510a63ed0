import Mail
import Testing

@testable import Policy

struct RecipientAnswerTests {
    private func policy(
        _ mixed: PolicyConfiguration.Mixed,
        mode: PolicyConfiguration.Mode = .enforce,
        user: SpamdUserRules.Rule = .none
    ) throws -> ScorePolicy {
        var configuration = PolicyConfiguration()
        configuration.mode = mode
        configuration.mixed = mixed
        configuration.recipients = [RecipientRow(match: [try Glob("*@strict.example")], required: points("3"))]
        configuration.spamdUser.single = user
        return ScorePolicy(configuration)
    }

    private let split = RecipientAnswer.tempfail(ReplyTexts().split)

    /// What each recipient of a session is told, one after the other.
    private func answers(
        _ names: [String],
        _ policy: ScorePolicy,
        standing: Standing = Standing()
    ) -> [RecipientAnswer] {
        var accepted: [Envelope.Address] = []
        return names.map { name in
            let answer = policy.answer(to: recipient(name), after: accepted, standing: standing)
            if answer == .accept { accepted.append(recipient(name)) }
            return answer
        }
    }

    private let names = ["<a@strict.example>", "<b@example.org>", "<c@strict.example>", "<a@strict.example>"]

    @Test func `split lets through the group of the first recipient`() throws {
        #expect(answers(names, try policy(.split)) == [.accept, split, .accept, .accept])
    }

    @Test func `split parts the recipients for whom spamd has other users`() throws {
        #expect(answers(names, try policy(.split, user: .localPart)) == [.accept, split, split, .accept])
        let all = SpamdUserRules.Rule.name(try #require(SpamdUser("all")))
        #expect(answers(names, try policy(.split, user: all)) == [.accept, split, .accept, .accept])
    }

    @Test func `split parts the recipients whom a table gives other users, and keeps together whom it gives one`()
        throws
    {
        var configuration = PolicyConfiguration()
        configuration.mixed = .split
        configuration.spamdUser.table = [
            SpamdUserRules.Mapping(match: [try Glob("*@lists.example.org")], user: SpamdUser("lists"))
        ]
        let rows = [("info@example.org", "alice"), ("sales@example.org", "alice"), ("Sales@example.org", "bob")]
        let added = rows.map { configuration.spamdUser.book.add($0.0.utf8, SpamdUser($0.1)) }
        #expect(added == [true, true, false])
        let policy = ScorePolicy(configuration)
        let names = ["<info@example.org>", "<x@lists.example.org>", "<Sales+b@example.org>", "<bob@example.org>"]
        #expect(answers(names, policy) == [.accept, split, .accept, split])
        let together = ["<info@example.org>", "<sales@example.org>"].map(recipient)
        #expect(policy.spamdUser(for: together)?.description == "alice")
    }

    @Test(arguments: [PolicyConfiguration.Mixed.mostLenient, .strictest])
    func `without split everybody is let through`(mixed: PolicyConfiguration.Mixed) throws {
        #expect(answers(names, try policy(mixed)).allSatisfy { $0 == .accept })
        #expect(try !policy(mixed).answersRecipients)
    }

    @Test func `an observer puts nobody off`() throws {
        let policy = try policy(.split, mode: .observe)
        #expect(answers(names, policy).allSatisfy { $0 == .accept })
        #expect(!policy.answersRecipients)
        #expect(try self.policy(.split).answersRecipients)
    }

    @Test(arguments: [
        (Standing(ceiling: .full, isLocal: true), false), (Standing(ceiling: .tagOnly, reason: .authenticated), false),
        (Standing(ceiling: .logOnly, reason: .authenticated), false),
        (Standing(ceiling: .noReject, reason: .nullSender), true),
        (Standing(), true),
    ])
    func `only a client that can come again is told to`(standing: Standing, isSplit: Bool) throws {
        #expect((answers(names, try policy(.split), standing: standing)[1] == split) == isSplit)
    }

    @Test func `the text is the design's`() {
        #expect(ReplyTexts().split.description == "452 4.5.3 Please send to the other recipients separately")
    }
}
