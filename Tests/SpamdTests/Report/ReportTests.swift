import Testing

@testable import Spamd

struct ReportTests {
    @Test func `rules are the rows below the dashes`() {
        let report = Report(
            """
            Spam detection software, running on the system "spamd.example.test",
            has identified this incoming email as possible spam.

            Content preview:  1.0 NOT_A_RULE because it stands above

            Content analysis details:   (1003.3 points, 5.0 required)

             pts rule name              description
            ---- ---------------------- --------------------------------------------------
            -0.0 NO_RELAYS              Informational: message was not relayed via SMTP
             1.3 RCVD_ILLEGAL_IP        Received: contains illegal IP address
             2.0 URIBL_BLACK            Contains an URL listed in the URIBL blacklist
                                        [URIs: example.com]
            1000 GTUBE                  BODY: Generic Test for Unsolicited Bulk Email
             0.0 A_NAME_THAT_IS_MUCH_WIDER_THAN_ITS_COLUMN Wide

             9.9 NOT_A_RULE             below the table
            """
        )
        #expect(
            report.rules.map(\.name) == [
                "NO_RELAYS", "RCVD_ILLEGAL_IP", "URIBL_BLACK", "GTUBE", "A_NAME_THAT_IS_MUCH_WIDER_THAN_ITS_COLUMN",
            ]
        )
        #expect(report.rules.map(\.points.text) == ["-0.0", "1.3", "2.0", "1000", "0.0"])
        #expect(report.rules[2].description == "Contains an URL listed in the URIBL blacklist [URIs: example.com]")
        #expect(report.rules[4].description == "Wide")
    }

    @Test func `the words around the table may be of any language`() {
        let report = Report(
            "Inhaltsanalyse im Detail:   (5.1 Punkte, 5.0 benötigt)\r\n\r\nPkte Regelname              Beschreibung\r\n"
                + "---- ---------------------- -----------------\r\n 5.1 BAYES_99               Spamwahrscheinlichkeit nach Bayes-Test: 99-100%\r\n"
                + "                            [Ergebnis: 0.9999]\r\n\r\n"
        )
        #expect(
            report.rules == [
                Report.Rule(
                    points: Points("5.1")!,
                    name: "BAYES_99",
                    description: "Spamwahrscheinlichkeit nach Bayes-Test: 99-100% [Ergebnis: 0.9999]"
                )
            ]
        )
    }

    @Test func `rules of an X-Spam-Report header begin with a star`() {
        let report = Report(
            "\n\t* -0.0 NO_RECEIVED Informational: message has no Received headers\n\t*  1000 GTUBE BODY: Generic Test for\n\t*      Unsolicited Bulk Email\n\t*  0.0 X\n"
        )
        #expect(report.rules.map(\.name) == ["NO_RECEIVED", "GTUBE", "X"])
        #expect(report.rules[1].description == "BODY: Generic Test for Unsolicited Bulk Email")
        #expect(report.rules[2].description == "")
    }

    @Test func `a number far to the right belongs to a description`() {
        let report = Report("---- ---- ----\n 1.0 A  score was\n                            2.0 B\n")
        #expect(report.rules.map(\.description) == ["score was 2.0 B"])
    }

    @Test(arguments: ["", "no table here", "---- ----", "---- ----\n\n 1.0 A b", "* not a rule\n* at all"])
    func `what is no table has no rules`(_ text: String) {
        #expect(Report(text).rules.isEmpty)
        #expect(Report(text).text == text)
    }
}
