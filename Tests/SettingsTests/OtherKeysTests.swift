import Testing

@testable import Settings

@Suite struct OtherKeysTests {
    @Test(arguments: [
        Case(
            "unscanned: {without-spamd: reject}\n",
            "t:1:28: unscanned.without-spamd: expected accept, tempfail or quarantine, found \"reject\""
        ),
        Case(
            "unscanned: {without-pyzor: quarantine}\n",
            "t:1:28: unscanned.without-pyzor: expected accept or tempfail, found \"quarantine\""
        ),
        Case(
            "log: {level: verbose, format: text, recipients: no}\n",
            "t:1:14: log.level: expected debug, info, notice, warning or error, found \"verbose\"",
            "t:1:31: log.format: expected logfmt or json, found \"text\"",
            "t:1:49: log.recipients: expected true or false, found \"no\"; write false"
        ),
        Case(
            "log: {level: warn}\n",
            "t:1:14: log.level: expected debug, info, notice, warning or error, found \"warn\""
        ),
    ])
    func `every mistake in unscanned and log is told with its place`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }
}
