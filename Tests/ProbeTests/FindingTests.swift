import Testing

@testable import Probe

struct FindingTests {
    @Test func `each line begins with how it stands, and holds no control`() {
        #expect("\(Finding.ok("a", "b"))" == "ok       a: b")
        #expect("\(Finding.warning("a", "b"))" == "warning  a: b")
        #expect("\(Finding.failed("a\u{1B}", "b\nc\u{9B}é", as: .unavailable))" == "failed   a?: b?c?é")
    }

    @Test func `wrong settings weigh more than a silent server, and warnings weigh nothing`() {
        var report = ProbeReport()
        #expect(report.exitStatus == 0)
        report.findings = [.ok("a", "b"), .warning("a", "b")]
        #expect(report.exitStatus == 0)
        report.findings.append(.failed("a", "b", as: .unavailable))
        #expect(report.exitStatus == 69)
        report.findings.insert(.failed("a", "b", as: .settings), at: 0)
        #expect(report.exitStatus == 78)
        #expect(report.text.hasSuffix("\n\n1 ok, 1 warning, 2 failed\n"))
    }
}
