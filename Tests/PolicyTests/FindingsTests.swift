import Testing

@testable import Policy

struct FindingsTests {
    @Test func `a report is in one of three states`() {
        let answered = spamd("1")
        #expect(answered.answer?.score == points("1") && answered.silence == nil && answered.skip == nil)
        let silent = ScannerReport<PyzorAnswer>(.silent(.timeout))
        #expect(silent.answer == nil && silent.silence == .timeout && silent.skip == nil)
        let skipped = ScannerReport<PyzorAnswer>(.skipped(.disabled))
        #expect(skipped.answer == nil && skipped.silence == nil && skipped.skip == .disabled)
    }

    @Test func `scanners are named in one order`() {
        let findings = Findings(spamd: spamd("1"), pyzor: pyzor(1))
        #expect(findings.answered == [.spamd, .pyzor])
        #expect(findings.unscanned.isEmpty && findings.skipped.isEmpty)
        let silent = Findings.silent(.busy, detail: "too much to do")
        #expect(silent.answered.isEmpty)
        #expect(silent.unscanned == ["spamd:busy", "pyzor:busy"])
        #expect(silent.spamd.detail == "too much to do")
    }

    @Test func `a disabled scanner is never silent`() {
        let findings = Findings.silent(.busy, disabled: [.pyzor])
        #expect(findings.unscanned == ["spamd:busy"])
        #expect(findings.skipped == ["pyzor:disabled"])
    }

    @Test func `counts below zero are read as zero`() {
        let answer = PyzorAnswer(count: -1, whitelistCount: .min)
        #expect(answer.count == 0 && answer.whitelistCount == 0)
    }
}
