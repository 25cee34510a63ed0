import Mail
import Testing

@testable import Policy

struct StepTests {
    @Test(
        arguments: [
            (["tag"], nil), (["tag", "quarantine"], nil), (["quarantine", "copy:a@b.example"], nil),
            (["copy:a@b.example", "copy:c@b.example"], nil), (["tag", "redirect:a@b.example"], nil),
            (["copy:a@b.example", "delete-recipient"], nil), (["copy:a@b.example", "redirect:c@b.example"], nil),
            ([], .noAction),
            (["tag", "reject"], .standsAlone(.reject)), (["reject", "quarantine"], .standsAlone(.reject)),
            (["quarantine", "tempfail"], .standsAlone(.tempfail)), (["discard", "tag"], .standsAlone(.discard)),
            (["tag", "tag"], .twice(.tag)), (["redirect:a@b.example", "redirect:c@b.example"], .twice(.redirect)),
            (["copy:a@b.example", "copy:a@b.example"], .twice(.copy)),
            (["redirect:a@b.example", "delete-recipient"], .notTogether(.redirect, .deleteRecipient)),
        ] as [([String], PolicyError?)]
    )
    func `only actions that make sense stand together`(words: [String], expected: PolicyError?) throws {
        let actions = try words.map { try Action($0) }
        #expect(
            error { () throws(PolicyError) in _ = try Step(at: .required, do: actions, acceptsLoss: true) } == expected
        )
    }

    @Test func `every pair of actions is either lawful or refused with a reason, whatever the order`() throws {
        let words = [
            "tag", "copy:a@b.example", "redirect:a@b.example", "delete-recipient", "quarantine", "tempfail",
            "reject", "discard",
        ]
        for one in words {
            for other in words {
                let pair = [try Action(one), try Action(other)]
                let there = error { () throws(PolicyError) in _ = try Step(at: .required, do: pair, acceptsLoss: true) }
                let back = error { () throws(PolicyError) in
                    _ = try Step(at: .required, do: pair.reversed(), acceptsLoss: true)
                }
                #expect((there == nil) == (back == nil))
                if one == other { #expect(there != nil) }
                if pair.contains(where: \.kind.isFinal) { #expect(there != nil) }
            }
        }
    }

    @Test func `losing mail needs its own yes`() throws {
        #expect(
            error { () throws(PolicyError) in _ = try Step(at: .required, do: [.discard]) }
                == .lossNotAccepted(.discard)
        )
        #expect(
            error { () throws(PolicyError) in _ = try Step(at: .required, do: [.deleteRecipient]) }
                == .lossNotAccepted(.deleteRecipient)
        )
        let address = try MailAddress("spam@example.org")
        #expect(throws: Never.self) { try Step(at: .required, do: [.copy(address), .deleteRecipient]) }
        #expect(throws: Never.self) { try Step(at: .required, do: [.discard], acceptsLoss: true) }
    }

    @Test(
        arguments: [
            ("reject", "550 5.7.1 No", nil), ("reject", "451 4.7.1 No", .replyClass(.reject, expected: 5)),
            ("tempfail", "451 4.7.1 Wait", nil), ("tempfail", "550 5.7.1 No", .replyClass(.tempfail, expected: 4)),
            ("tag", "550 5.7.1 No", .replyWithoutRefusal), ("quarantine", "451 4.7.1 No", .replyWithoutRefusal),
        ] as [(String, String, PolicyError?)]
    )
    func `a reply is of the class that its action gives`(word: String, text: String, expected: PolicyError?) throws {
        let action = try Action(word)
        let reply = try Reply(text)
        #expect(error { () throws(PolicyError) in _ = try Step(at: .required, do: [action], reply: reply) } == expected)
    }

    @Test func `two steps at one score are refused`() throws {
        let steps = [try step("required", "tag"), try step("8", "quarantine"), try step("8.000", "reject")]
        #expect(error { () throws(PolicyError) in try steps.checkThresholds() } == .sameThreshold(.points(points("8"))))
        #expect(throws: Never.self) { try Array(steps.prefix(2)).checkThresholds() }
    }

    @Test func `the sample's step is the one that is built in`() throws {
        #expect(try step("required", "tag") == .tagAtRequired)
        #expect(PolicyConfiguration().actions == [.tagAtRequired])
    }

    @Test(arguments: [
        "tag", "quarantine", "reject", "tempfail", "discard", "delete-recipient", "copy:spam@example.org",
        "redirect:a+b@example.org",
    ])
    func `an action prints as it is written`(text: String) throws {
        #expect(try Action(text).description == text)
    }

    @Test(
        arguments: [
            ("Tag", .unknownAction("Tag")), ("none", .unknownAction("none")), ("", .unknownAction("")),
            ("tag:x", .unknownAction("tag:x")), ("copy", .addressMissing("copy")),
            ("redirect", .addressMissing("redirect")),
            ("copy:", .address("")), ("copy:spam", .address("spam")), ("copy:<a@b>", .address("<a@b>")),
            ("copy:a@b@c", .address("a@b@c")), ("copy:a b@c", .address("a b@c")), ("copy:-a@b", .address("-a@b")),
            ("copy:a@b\r\nRCPT", .address("a@b\r\nRCPT")), ("copy:ä@b", .address("ä@b")),
        ] as [(String, PolicyError)]
    )
    func `what is no action is refused with what was found`(text: String, expected: PolicyError) {
        #expect(error { () throws(PolicyError) in _ = try Action(text) } == expected)
    }

    @Test func `the words are ordered from the mildest to the hardest, as the settings' page says`() {
        let words = [
            "none", "tag", "copy", "redirect", "delete-recipient", "quarantine", "tempfail", "reject", "discard",
        ]
        #expect(ActionKind.allCases.sorted().map(\.rawValue) == words)
    }
}

/// What `body` throws; nil when it does not.
func error(_ body: () throws(PolicyError) -> Void) -> PolicyError? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}
