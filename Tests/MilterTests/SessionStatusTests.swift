import CMilter
import Mail
import Testing

@testable import Milter

struct SessionStatusTests {
    private let nothing = Negotiation.Agreed()

    @Test func `every status has its code`() throws {
        let permanent = try Reply("550 5.7.1 No")
        let temporary = try Reply("451 4.7.1 Later")
        let expected: [(SessionStatus, Answer)] = [
            (.continue, Answer(code: SMFIS_CONTINUE)),
            (.accept, Answer(code: SMFIS_ACCEPT)),
            (.discard, Answer(code: SMFIS_DISCARD)),
            (.reject(nil), Answer(code: SMFIS_REJECT)),
            (.reject(permanent), Answer(code: SMFIS_REJECT, reply: permanent)),
            (.tempfail(nil), Answer(code: SMFIS_TEMPFAIL)),
            (.tempfail(temporary), Answer(code: SMFIS_TEMPFAIL, reply: temporary)),
        ]
        for (status, answer) in expected {
            #expect(status.answer(at: .endOfMessage, agreed: nothing) == answer)
        }
    }

    @Test func `a reply of the wrong class does not slip through`() throws {
        let permanent = try Reply("550 5.7.1 No")
        let temporary = try Reply("451 4.7.1 Later")
        let rejected = SessionStatus.reject(temporary).answer(at: .mail, agreed: nothing)
        #expect(rejected.code == SMFIS_REJECT && rejected.reply == nil)
        #expect(rejected.problem == "answered reject at mail with the reply \"451 4.7.1 Later\"")
        let deferred = SessionStatus.tempfail(permanent).answer(at: .mail, agreed: nothing)
        #expect(deferred.code == SMFIS_TEMPFAIL && deferred.reply == nil && deferred.problem != nil)
    }

    @Test func `where no reply was agreed none is given and a wish for one is a problem`() {
        var agreed = nothing
        agreed.withoutReply = [.header, .body]
        #expect(SessionStatus.continue.answer(at: .header, agreed: agreed) == Answer(code: SMFIS_NOREPLY))
        for status in [SessionStatus.accept, .reject(nil), .tempfail(nil), .discard, .skip] {
            let answer = status.answer(at: .body, agreed: agreed)
            #expect(answer.code == SMFIS_NOREPLY)
            #expect(answer.problem?.contains("where no reply was agreed") == true)
        }
        #expect(SessionStatus.continue.answer(at: .mail, agreed: agreed) == Answer(code: SMFIS_CONTINUE))
    }

    @Test func `skip ends the body where agreed and else goes on`() {
        var agreed = nothing
        #expect(SessionStatus.skip.answer(at: .body, agreed: agreed) == Answer(code: SMFIS_CONTINUE))
        agreed.skip = true
        #expect(SessionStatus.skip.answer(at: .body, agreed: agreed) == Answer(code: SMFIS_SKIP))
        let header = SessionStatus.skip.answer(at: .header, agreed: agreed)
        #expect(header.code == SMFIS_CONTINUE && header.problem == "answered skip at header")
    }

    @Test(arguments: [Stage.connect, .helo, .unknownCommand])
    func `before a message there is nothing to discard`(stage: Stage) {
        let answer = SessionStatus.discard.answer(at: stage, agreed: nothing)
        #expect(answer.code == SMFIS_CONTINUE && answer.problem == "answered discard at \(stage)")
    }

    @Test func `percent signs are doubled and a line stays within libmilter's limit`() throws {
        #expect(try Reply("550 5.7.1 100% spam%").libmilterLines == ["100%% spam%%"])
        let full = try Reply("550 5.7.1 " + String(repeating: "%", count: 500)).libmilterLines
        #expect(full == [String(repeating: "%", count: 980)])
        let odd = try Reply("550 5.7.1 a" + String(repeating: "%", count: 499)).libmilterLines
        #expect(odd == ["a" + String(repeating: "%", count: 978)])
    }
}
