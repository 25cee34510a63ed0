import TestRig
import Testing

@Suite struct LogLineTests {
    private let line = LogLine(
        #"<5>4F2A1B: verdict=spam action=tag helo="two words" from=<a=b@x> subject="a \"b\" \x0a""#
    )

    @Test func `priority and queue id come first`() {
        #expect(line.priority == 5)
        #expect(line.queueID == "4F2A1B")
        #expect(LogLine("<6>Ready").queueID == nil)
        #expect(LogLine("no priority").priority == nil)
    }

    @Test func `facts keep their order and lose their quotes`() {
        #expect(line.keys == ["verdict", "action", "helo", "from", "subject"])
        #expect(line.facts["helo"] == "two words")
        #expect(line.facts["from"] == "<a=b@x>")
        #expect(line.facts["subject"] == #"a "b" \x0a"#)
    }
}
