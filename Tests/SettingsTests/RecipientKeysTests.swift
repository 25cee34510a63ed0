import Testing

@testable import Settings

@Suite struct RecipientKeysTests {
    @Test(arguments: [
        Case(
            "recipients: [{match: '*@a.org', required: 4}]\n",
            "t:1:22: recipients.match: expected a list of addresses such as [\"*@example.org\"], found \"*@a.org\"; write [\"*@a.org\"]"
        ),
        Case(
            "recipients: [{match: ['<a@b.c>', 'a b', ''], required: 4}]\n",
            "t:1:23: recipients.match: expected an address or pattern such as \"*@example.org\", found \"<a@b.c>\"; leave out < and >",
            "t:1:34: recipients.match: expected an address or pattern such as \"*@example.org\", found \"a b\"",
            "t:1:41: recipients.match: expected an address or pattern such as \"*@example.org\", found \"\""
        ),
        Case(
            "recipients: [{match: [], required: 4}]\n",
            "t:1:22: recipients.match: expected at least one address, found none"
        ),
        Case("recipients: [{required: 4}]\n", "t:1:14: recipients: match is missing"),
        Case(
            "recipients: [{match: [a@b], required: spamd}]\n",
            "t:1:39: recipients.required: expected a number such as 2.5, found \"spamd\""
        ),
        Case(
            "recipients: {match: ['*'], required: 4}\n",
            "t:1:13: recipients: expected a list of rows, found a group of keys; put \"- \" before each entry of a list"
        ),
        Case(
            "recipients: [{match: [a@b], actions: [{at: 1, do: [reject], reply: \"450 4.0.0 x\"}]}]\n",
            "t:1:68: recipients.actions.reply: the reply of reject must begin with 5"
        ),
        Case(
            "recipients: [{match: [a@b], required: 0}]\n",
            "t:1:39: recipients.required: expected a value from 0.001 to 999999.999, found \"0\""
        ),
        Case(
            "recipients: ['*@a.org']\n",
            "t:1:14: recipients: expected a row such as { match: [\"*@example.org\"], required: 4.0 }, found \"*@a.org\""
        ),
    ])
    func `every mistake in recipients is told with its place`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }

    @Test(arguments: [
        Case(
            "recipients: [{match: [a@b]}]\n",
            "t:1:14: recipients: this row changes nothing; it only keeps later rows from being looked at"
        ),
        Case(
            "recipients: [{match: ['*'], required: 4},{match: [a@b], required: 4}]\n",
            "t:1:42: recipients: never reached: line 1 comes first and matches the same addresses"
        ),
        Case(
            "recipients:\n  - { match: ['*@a.org', '*@b.org'], required: 4 }\n  - { match: ['X@A.ORG', '*.y@b.org'], required: 4 }\n",
            "t:3:5: recipients: never reached: line 2 comes first and matches the same addresses"
        ),
    ])
    func `what in recipients was hardly meant so is told as a warning`(_ mistake: Case) {
        #expect(warnings(mistake.text) == mistake.lines)
    }

    @Test(arguments: [
        Case(
            "actions: [{at: required, do: [tag]}, {at: 15, do: [reject]}]\nrecipients: [{match: ['*@a'], required: 20}]\n",
            "t:2:13: recipients: row 1 (*@a): the step at 15.0 never counts for it, since its required is 20.0"
        ),
        Case(
            "recipients: [{match: [b@c], required: 4, actions: [{at: required, do: [tag]}, {at: 3, do: [quarantine]}]}]\n",
            "t:1:13: recipients: row 1 (b@c): the step at 3.0 never counts for it, since its required is 4.0"
        ),
        Case("actions: [{at: 15, do: [reject]}]\nrecipients: [{match: ['*@a'], required: 20}]\n"),
    ])
    func `a step that a row's threshold puts out of reach is told`(_ mistake: Case) {
        #expect(warnings(mistake.text) == mistake.lines)
    }
}
