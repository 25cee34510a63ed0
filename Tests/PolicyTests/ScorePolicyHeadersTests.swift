import Mail
import Testing

@testable import Policy

struct ScorePolicyHeadersTests {
    @Test func `the headers of spam are the design's, byte by byte`() {
        var stage = Stage()
        stage.findings.spamd = spamd("6.4", ["URIBL_BLACK", "BAYES_99"])
        stage.findings.pyzor = pyzor(12)
        #expect(
            stage.insertedText == """
                X-Spam-Flag: YES
                X-Spam-Score: 7.4
                X-Spam-Level: *******
                X-Spam-Status: Yes, score=7.4 required=5.0 tests=BAYES_99,PYZOR_CHECK,
                \tURIBL_BLACK pyzor=12/0 scanned-by=spamd,pyzor
                X-Spam-Checker-Version: tamis 0.1.0 on mx1.example.org
                """
        )
    }

    @Test func `when nobody answers there is no score, level or flag`() {
        var stage = Stage()
        stage.configuration.headers.flag = .always
        stage.findings = Findings(
            spamd: ScannerReport(.silent(.refused)),
            pyzor: ScannerReport(.silent(.timeout))
        )
        #expect(
            stage.insertedText == """
                X-Spam-Status: No, unscanned=spamd:refused,pyzor:timeout required=5.0
                X-Spam-Checker-Version: tamis 0.1.0 on mx1.example.org
                """
        )
    }
}
