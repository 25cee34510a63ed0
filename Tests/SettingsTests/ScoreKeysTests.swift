import Testing

@testable import Settings

@Suite struct ScoreKeysTests {
    @Test(arguments: [
        Case("score: {pyzor: {points: {5: 1.0, 5: 2.0}}}\n", "t:1:34: \"5\" was given before, at line 1"),
        Case(
            "score: {pyzor: {points: {0: 1.0}}}\n",
            "t:1:26: score.pyzor.points: expected a value from 1 to 1000000000, found \"0\""
        ),
        Case(
            "score: {pyzor: {points: {5: high}}}\n",
            "t:1:29: score.pyzor.points.5: expected a number such as 2.5, found \"high\""
        ),
        Case(
            "score: {pyzor: {points: {5: 1000}}}\n",
            "t:1:29: score.pyzor.points.5: expected a value from -100.0 to 100.0, found \"1000\""
        ),
        Case(
            "score: {pyzor: {points: {a: 1}}}\n",
            "t:1:26: score.pyzor.points: expected a whole number such as 20, found \"a\""
        ),
        Case(
            "score: {pyzor: {points: [1]}}\n",
            "t:1:25: score.pyzor.points: expected counts with their points such as { 5: 1.0, 20: 2.0 }, found a list"
        ),
        Case(
            "score: {pyzor: {points: {5: }}}\n",
            "t:1:29: score.pyzor.points.5: expected a number such as 2.5, found nothing"
        ),
        Case(
            "score: {pyzor: {alone: delete}}\n",
            "t:1:24: score.pyzor.alone: expected none, tag, copy, redirect, delete-recipient, quarantine, tempfail, reject or discard, found \"delete\""
        ),
        Case(
            "score: {pyzor: {whitelist-count: 0}}\n",
            "t:1:34: score.pyzor.whitelist-count: expected a value from 1 to 1000000000, found \"0\""
        ),
        Case(
            "score: {pyzor: 3}\n",
            "t:1:16: score.pyzor: expected keys below it (points, whitelist-count, whitelist-share or alone), found \"3\""
        ),
    ])
    func `every mistake in score is told with its place`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }
}
