import Testing

@testable import Settings

@Suite struct LimitsSectionTests {
    @Test(arguments: [
        Case("limits: {deadline: 0s}\n", "t:1:20: limits.deadline: expected a value from 100ms to 1h, found \"0s\""),
        Case("limits: {busy: reject}\n", "t:1:16: limits.busy: expected tempfail or accept, found \"reject\""),
        Case(
            "limits: {max-in-flight: 0}\n",
            "t:1:25: limits.max-in-flight: expected a value from 1 to 100000, found \"0\""
        ),
        Case("limits: {drain: 2h}\n", "t:1:17: limits.drain: expected a value from 0s to 1h, found \"2h\""),
    ])
    func `every mistake in limits is told with its place`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }

    @Test(arguments: [
        Case(
            "limits: {deadline: 30s}\n",
            "t:1:20: limits.deadline: spamd.timeout (40s) is longer than limits.deadline (30s), which ends it first"
        ),
        Case(
            "limits: {max-buffered: 1MiB}\n",
            "t:1:24: limits.max-buffered: max-buffered (1MiB) is less than max-scan-size (2MiB): a message of that size always meets the busy answer"
        ),
        Case(
            "limits: {max-scan-size: 1GiB}\n",
            "t:1:25: limits.max-scan-size: max-buffered (512MiB) is less than max-scan-size (1GiB): a message of that size always meets the busy answer"
        ),
    ])
    func `what in limits was hardly meant so is told as a warning`(_ mistake: Case) {
        #expect(warnings(mistake.text) == mistake.lines)
    }
}
