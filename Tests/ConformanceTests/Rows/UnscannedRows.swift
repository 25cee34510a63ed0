extension Promise {
    /// Scanners that are silent, skipped, or shown a part.
    static let unscanned: [Promise] = {
        let group = "Without an answer"

        func row(
            _ name: String,
            by unscanned: String = "without-spamd: accept",
            to recipient: String = "reject",
            _ spamd: SpamdWord,
            _ pyzor: PyzorWord,
            _ expected: Expected
        ) -> Promise {
            let mailing = Mailing(to: [recipient], adding: ["X-Spam-Status: No, score=-9"])
            // Each with a daemon of its own: one that met a silent server leaves it alone for a while.
            let rules = Rules("unscanned: \(name)", Rules.sections("unscanned: { \(unscanned) }"))
            return Promise(group, name, rules: rules, mailing, spamd: spamd, pyzor: pyzor, expected)
        }
        let putOff = Expected.refused(451, "4.7.1 Spam check not available, try again later", action: "tempfail")
        let nobody = Written.unscanned("unscanned=spamd:closed,pyzor:timeout required=5.0")
        return [
            row(
                "nobody: no score, no flag, forged fields gone",
                .close,
                .silence,
                .delivered(nobody, log: ["verdict": "unscanned", "score": "-"])
            ),
            row(
                "no spamd: Pyzor's points alone, and it says so",
                .close,
                .count(20),
                .delivered(
                    Written.ham(
                        "2.0",
                        tests: "PYZOR_CHECK",
                        pyzor: "pyzor=20/0 unscanned=spamd:closed scanned-by=pyzor"
                    )
                )
            ),
            row(
                "no spamd: Pyzor alone never does more than tag",
                to: "strict-reject",
                .close,
                .count(100),
                .delivered(
                    Written.spam(
                        "3.0",
                        required: "3.0",
                        tests: "PYZOR_CHECK",
                        pyzor: "pyzor=100/0 unscanned=spamd:closed scanned-by=pyzor"
                    ),
                    log: ["action": "tag"]
                )
            ),
            row(
                "no Pyzor: spamd's points, and it says so",
                .score("3.2"),
                .silence,
                .delivered(Written.ham("3.2", pyzor: "unscanned=pyzor:timeout scanned-by=spamd"))
            ),
            row(
                "nonsense from spamd is no answer",
                .garbage,
                .count(0),
                .delivered(
                    Written.ham("0.0", tests: "none", pyzor: "pyzor=0/0 unscanned=spamd:garbage scanned-by=pyzor")
                )
            ),
            row(
                "a score that is no number is no answer",
                .score("nan"),
                .count(0),
                .delivered(
                    Written.ham("0.0", tests: "none", pyzor: "pyzor=0/0 unscanned=spamd:garbage scanned-by=pyzor")
                )
            ),
            row("no Pyzor: spam is refused as ever", .score("7.4"), .silence, rejected),
            row("without-spamd tempfail: put off", by: "without-spamd: tempfail", .close, .count(0), putOff),
            row(
                "without-spamd tempfail: Pyzor's silence does nothing",
                by: "without-spamd: tempfail",
                .score("3.2"),
                .silence,
                .delivered(Written.ham("3.2", pyzor: "unscanned=pyzor:timeout scanned-by=spamd"))
            ),
            row(
                "without-spamd quarantine: held",
                by: "without-spamd: quarantine",
                .close,
                .count(0),
                .held(action: "quarantine")
            ),
            row(
                "without-pyzor tempfail: put off",
                by: "without-pyzor: tempfail",
                .score("3.2"),
                .silence,
                putOff
            ),
            row(
                "without-pyzor tempfail: spam is refused for good",
                by: "without-pyzor: tempfail",
                .score("7.4"),
                .silence,
                rejected
            ),
        ] + limits
    }()

    /// What is shown to scanners in part, or not.
    private static var limits: [Promise] {
        let small = Rules("small", Rules.sections("limits: { max-scan-size: 16KiB }"))
        let line = "The fence is to be repaired before the winter, said Carol, and the gate.....\r\n"
        let long = String(repeating: line, count: 1_000)
        func row(_ name: String, rules: Rules, _ body: String, score: String, _ expected: Expected) -> Promise {
            Promise(
                "Size",
                name,
                rules: rules,
                Mailing(to: ["reject"], adding: [], body: body),
                spamd: .score(score),
                expected
            )
        }
        return [
            row(
                "a message over max-scan-size is judged by its beginning, and says so",
                rules: small,
                long,
                score: "3.2",
                .delivered(Written.ham("3.2", pyzor: "truncated=16*"))
            ),
            row("it is refused for its score as any other", rules: small, long, score: "7.4", rejected),
            row(
                "below the limit nothing is cut",
                rules: small,
                String(long.prefix(12_000)),
                score: "3.2",
                .delivered(Written.ham("3.2"))
            ),
        ]
    }
}
