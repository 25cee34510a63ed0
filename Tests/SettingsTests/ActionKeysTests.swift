import Testing

@testable import Settings

@Suite struct ActionKeysTests {
    @Test(arguments: [
        Case(
            "actions: tag\n",
            "t:1:10: actions: expected a list of steps such as { at: 10.0, do: [tag] }, found \"tag\""
        ),
        Case(
            "actions: {at: required, do: [tag]}\n",
            "t:1:10: actions: expected a list of steps such as { at: 10.0, do: [tag] }, found a group of keys; put \"- \" before each entry of a list"
        ),
        Case("actions: [tag]\n", "t:1:11: actions: expected a step such as { at: 10.0, do: [tag] }, found \"tag\""),
        Case("actions:\n  - at: required\n", "t:2:5: actions: do is missing"),
        Case("actions:\n  - do: [tag]\n", "t:2:5: actions: at is missing"),
        Case("actions:\n  - { }\n", "t:2:5: actions: at is missing", "t:2:5: actions: do is missing"),
        Case("actions:\n  -\n", "t:2:4: actions: expected a step such as { at: 10.0, do: [tag] }, found nothing"),
        Case("actions: [{at: , do: [tag]}]\n", "t:1:11: actions: at is missing"),
        Case(
            "actions: [{at: required, do: tag}]\n",
            "t:1:30: actions.do: expected a list of actions such as [tag], found \"tag\"; write [tag]"
        ),
        Case("actions: [{at: required, do: []}]\n", "t:1:30: actions.do: expected at least one action"),
        Case(
            "actions: [{at: require, do: [tagg]}]\n",
            "t:1:16: actions.at: expected required or a number such as 2.5, found \"require\"; did you mean required?",
            "t:1:30: actions.do: expected tag, copy:ADDRESS, redirect:ADDRESS, delete-recipient, quarantine, tempfail, reject or discard, found \"tagg\"; did you mean tag?"
        ),
        Case(
            "actions: [{at: high, do: [reject, tag]}]\n",
            "t:1:16: actions.at: expected required or a number such as 2.5, found \"high\"",
            "t:1:26: actions.do: reject stands alone: nothing of the message is kept that another action could work on"
        ),
        Case(
            "actions: [{at: 10, do: [reject, tag]}]\n",
            "t:1:24: actions.do: reject stands alone: nothing of the message is kept that another action could work on"
        ),
        Case("actions: [{at: 10, do: [tag, quarantine, tag]}]\n", "t:1:24: actions.do: tag stands there twice"),
        Case(
            "actions: [{at: 10, do: [redirect:a@b.c, delete-recipient], discard-confirmed: true}]\n",
            "t:1:24: actions.do: redirect and delete-recipient cannot stand together: both take the recipients away"
        ),
        Case(
            "actions: [{at: 10, do: [copy]}]\n",
            "t:1:25: actions.do: expected an address behind copy, as in \"copy:spam@example.org\""
        ),
        Case(
            "actions: [{at: 10, do: [copy:nobody]}]\n",
            "t:1:25: actions.do: expected an address such as spam@example.org, found \"nobody\""
        ),
        Case(
            "actions: [{at: 10, do: [tag:x]}]\n",
            "t:1:25: actions.do: expected tag, copy:ADDRESS, redirect:ADDRESS, delete-recipient, quarantine, tempfail, reject or discard, found \"tag:x\"; did you mean tag?"
        ),
        Case(
            "actions: [{at: 10, do: [none]}]\n",
            "t:1:25: actions.do: expected tag, copy:ADDRESS, redirect:ADDRESS, delete-recipient, quarantine, tempfail, reject or discard, found \"none\""
        ),
        Case(
            "actions: [{at: 10, do: [tag]}, {at: 10.0, do: [quarantine]}]\n",
            "t:1:10: actions: two steps begin at 10.0"
        ),
        Case(
            "actions: [{at: 10, do: [discard]}]\n",
            "t:1:24: actions.do: discard loses mail and nobody is told: if that is meant, add \"discard-confirmed: true\" to this step"
        ),
        Case(
            "actions: [{at: 10, do: [discard], discard-confirmed: false}]\n",
            "t:1:24: actions.do: discard loses mail and nobody is told: if that is meant, add \"discard-confirmed: true\" to this step"
        ),
        Case(
            "actions: [{at: 10, do: [discard], discard-confirmed: yes}]\n",
            "t:1:54: actions.discard-confirmed: expected true or false, found \"yes\"; write true"
        ),
        Case(
            "actions: [{at: 10, do: [delete-recipient]}]\n",
            "t:1:24: actions.do: delete-recipient loses mail and nobody is told: if that is meant, add \"discard-confirmed: true\" to this step"
        ),
        Case(
            "actions: [{at: 10, do: [tag], reply: \"550 5.7.1 No\"}]\n",
            "t:1:38: actions.reply: a reply is given only by reject and tempfail"
        ),
        Case(
            "actions: [{at: 10, do: [reject], reply: \"450 4.7.1 No\"}]\n",
            "t:1:41: actions.reply: the reply of reject must begin with 5"
        ),
        Case(
            "actions: [{at: 10, do: [tempfail], reply: \"550 5.7.1 No\"}]\n",
            "t:1:43: actions.reply: the reply of tempfail must begin with 4"
        ),
        Case(
            "actions: [{at: 10, do: [reject], reply: \"550 4.7.1 No\"}]\n",
            "t:1:41: actions.reply: expected an enhanced code such as 5.7.1 that begins like the reply code, found \"4.7.1\""
        ),
        Case(
            "actions: [{at: 10, do: [reject], reply: \"550 No thanks\"}]\n",
            "t:1:41: actions.reply: expected an enhanced code such as 5.7.1 that begins like the reply code, found \"No\""
        ),
        Case(
            "actions: [{at: 10, do: [reject], reply: \"250 2.0.0 Ok\"}]\n",
            "t:1:41: actions.reply: expected a reply code from 400 to 599, found \"250\""
        ),
        Case(
            "actions: [{at: 10, do: [reject], reply: \"550 5.7.1 Nö\"}]\n",
            "t:1:41: actions.reply: expected only visible ASCII characters and blanks in every line"
        ),
        Case(
            "actions: [{at: 10, do: [reject], reply: \"550 5.7.1 a\\r\\nb\"}]\n",
            "t:1:41: actions.reply: a line end within a reply; give several lines as a list"
        ),
        Case(
            "actions: [{at: 10, do: [reject], reply: []}]\n",
            "t:1:41: actions.reply: expected a reply such as \"550 5.7.1 Message rejected as spam\", found a list"
        ),
        Case(
            "actions: [{at: 10, do: [reject], reply: {a: b}}]\n",
            "t:1:41: actions.reply: expected a reply such as \"550 5.7.1 Message rejected as spam\", found a group of keys"
        ),
        Case(
            "actions: [{at: 10, do: [reject], reply: \"550 5.7.1 " + String(repeating: "x", count: 501) + "\"}]\n",
            "t:1:41: actions.reply: expected lines of at most 500 characters, found 501"
        ),
        Case(
            "actions: [{at: 10, do: [reject], reply: [\"550 5.7.1 a\", \"\"]}]\n",
            "t:1:57: actions.reply: expected a reply such as \"550 5.7.1 Message rejected as spam\", found \"\""
        ),
        Case(
            "actions:\n  - at: 10\n    do: [reject]\n    reply: 550 5.7.1 see: x\n",
            "t:4:25: a colon and a blank within a value; quote the value"
        ),
        Case(
            "actions:\n  - at: 10\n    do: [reject]\n    reply: |\n      550 5.7.1 a\n      b\n",
            "t:4:12: actions.reply: a line end within a reply; give several lines as a list"
        ),
        Case(
            "actions: [{at: 1234567890, do: [tag]}]\n",
            "t:1:16: actions.at: expected required or a number such as 2.5, found \"1234567890\"; nine digits at most, three of them decimals"
        ),
    ])
    func `every mistake in actions is told with its place`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }

    @Test(arguments: [
        Case(
            "actions:\n  - at: 10\n    do: [reject]\n    reply: 550 5.7.1 no #12\n",
            "t:4:12: actions.reply: the value ends before the #, which begins a comment; if it is part of the value, quote it"
        ),
        Case(
            "actions: [{at: 3.0, do: [quarantine]}, {at: required, do: [tag]}]\nscore: {required: 5}\n",
            "t:1:10: actions: the step at 3.0 never counts, since score.required is 5.0"
        ),
    ])
    func `what in actions was hardly meant so is told as a warning`(_ mistake: Case) {
        #expect(warnings(mistake.text) == mistake.lines)
    }
}
