import Testing

@testable import Settings

@Suite struct HeaderKeysTests {
    @Test(arguments: [
        Case(
            "headers: {remove: ['*']}\n",
            "t:1:20: headers.remove: expected the name of a header field, with * at its end for all that begin so, such as \"X-Spam-*\", found \"*\"; a name must stand before the *"
        ),
        Case(
            "headers: {remove: ['X-*']}\n",
            "t:1:20: headers.remove: this would remove X-Original-To, which belongs to the message or the MTA"
        ),
        Case(
            "headers: {remove: ['Rec*']}\n",
            "t:1:20: headers.remove: this would remove Received, which belongs to the message or the MTA"
        ),
        Case(
            "headers: {remove: [subject]}\n",
            "t:1:20: headers.remove: this would remove Subject, which belongs to the message or the MTA"
        ),
        Case(
            "headers: {remove: ['X-Spam-*-x']}\n",
            "t:1:20: headers.remove: expected the name of a header field, with * at its end for all that begin so, such as \"X-Spam-*\", found \"X-Spam-*-x\""
        ),
        Case(
            "headers: {remove: [X-Spam-Flag, 'a b']}\n",
            "t:1:33: headers.remove: expected the name of a header field, with * at its end for all that begin so, such as \"X-Spam-*\", found \"a b\""
        ),
        Case(
            "headers: {remove: X-Spam-*}\n",
            "t:1:19: headers.remove: expected a list of header fields such as [\"X-Spam-*\"], found \"X-Spam-*\"; write [\"X-Spam-*\"]"
        ),
        Case(
            "headers: {remove: [X-Spam-*, X-Spam-*]}\n",
            "t:1:30: headers.remove: \"X-Spam-*\" stands in this list twice"
        ),
        Case(
            "headers: {subject-tag: [SPAM]}\n",
            "t:1:24: headers.subject-tag: expected a short text such as \"[SPAM]\", found a list; quote text that begins with a bracket"
        ),
        Case(
            "headers:\n  subject-tag: {SPAM}\n",
            "t:2:16: headers.subject-tag: expected a short text such as \"[SPAM]\", found a group of keys; quote text that begins with a bracket"
        ),
        Case(
            "headers: {subject-tag: \"a\\nb\"}\n",
            "t:1:24: headers.subject-tag: only visible ASCII characters and blanks can stand here, found \"a\\nb\""
        ),
        Case(
            "headers: {subject-tag: \"Späm\"}\n",
            "t:1:24: headers.subject-tag: only visible ASCII characters and blanks can stand here, found \"Späm\""
        ),
        Case(
            "headers: {subject-tag: \"" + String(repeating: "x", count: 101) + "\"}\n",
            "t:1:24: headers.subject-tag: expected a value of at most 100 characters, found \""
                + String(repeating: "x", count: 60) + "...\""
        ),
        Case(
            "headers: {extra: {X-A: \"b\", x-a: \"c\"}}\n",
            "t:1:29: headers.extra: \"x-a\" stands in this table twice"
        ),
        Case(
            "headers: {extra: {Received: \"b\"}}\n",
            "t:1:19: headers.extra: Received belongs to the message or the MTA and cannot be added"
        ),
        Case(
            "headers: {extra: {Content-Foo: \"b\", X-Spam-Flag: \"c\"}}\n",
            "t:1:19: headers.extra: Content-Foo belongs to the message or the MTA and cannot be added",
            "t:1:37: headers.extra: X-Spam-Flag is written by a key of its own"
        ),
        Case(
            "headers: {extra: {X A: \"b\"}}\n",
            "t:1:19: headers.extra: expected the name of a header field such as X-Filtered-By, found \"X A\""
        ),
        Case(
            "headers: {extra: {\"X-A:\": \"b\"}}\n",
            "t:1:19: headers.extra: expected the name of a header field such as X-Filtered-By, found \"X-A:\"; leave out the colon"
        ),
        Case("headers: {extra: {X-A: }}\n", "t:1:24: headers.extra.X-A: expected a text in quotes, found nothing"),
        Case("headers: {extra: {X-A: \"\"}}\n", "t:1:24: headers.extra.X-A: expected a text in quotes, found \"\""),
        Case(
            "headers: {extra: {X-A: \"a\\nX-B: c\"}}\n",
            "t:1:24: headers.extra.X-A: only visible ASCII characters and blanks can stand here, found \"a\\nX-B: c\""
        ),
        Case(
            "headers: {extra: {X-A: \"{scroe}\"}}\n",
            "t:1:24: headers.extra.X-A: unknown variable {scroe}; known are {verdict} {score} {required} {level} {tests} {spamd-score} {pyzor-count} {pyzor-wl} {pyzor-points} {digest} {skipped} {unscanned} {queue-id} {host} {version}"
        ),
        Case(
            "headers: {extra: {X-A: \"{score\"}}\n",
            "t:1:24: headers.extra.X-A: expected a variable such as {score} at \"{score\"; a brace itself is written {{ or }}"
        ),
        Case(
            "headers: {extra: {X-A: {score: }}}\n",
            "t:1:24: headers.extra.X-A: expected a text in quotes, found a group of keys; quote text that begins with a bracket"
        ),
        Case(
            "headers: {extra: [X-A]}\n",
            "t:1:18: headers.extra: expected fields with their text such as { X-Filtered-By: \"mx1\" }, found a list"
        ),
        Case(
            "headers: {take-over: [X-Foo]}\n",
            "t:1:23: headers.take-over: expected the name of a header field such as X-Spam-Relay-Country, or \"X-Spam-*\", found \"X-Foo\"; SpamAssassin's own fields begin with X-Spam-"
        ),
        Case(
            "headers: {take-over: [x-spam-flag, 'X-*', 'X-Spam-A:']}\n",
            "t:1:23: headers.take-over: X-Spam-Flag is written by a key of its own and never taken over",
            "t:1:36: headers.take-over: expected the name of a header field such as X-Spam-Relay-Country, or \"X-Spam-*\", found \"X-*\"; SpamAssassin's own fields begin with X-Spam-",
            "t:1:43: headers.take-over: expected the name of a header field such as X-Spam-Relay-Country, or \"X-Spam-*\", found \"X-Spam-A:\"; leave out the colon"
        ),
        Case("headers: {flag: yes}\n", "t:1:17: headers.flag: expected never, spam or always, found \"yes\""),
    ])
    func `every mistake in headers is told with its place`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }

    @Test(arguments: [
        Case(
            "headers: {remove: []}\n",
            "t:1:19: headers.remove: forged ones stay in the message: X-Spam-Flag, X-Spam-Score, X-Spam-Level, X-Spam-Status, X-Spam-Report, X-Spam-Checker-Version"
        ),
        Case(
            "headers: {take-over: ['X-Spam-*', X-Spam-B], remove: [X-Spam-*]}\n"
        ),
        Case(
            "headers: {take-over: [X-Spam-*], report: spam}\n",
            "t:1:22: headers.take-over: spamd is asked HEADERS for it and not REPORT: X-Spam-Report is written only where SpamAssassin's own settings write it (report_safe 0, or add_header all Report _REPORT_)"
        ),
        Case(
            "headers: {take-over: [X-Spam-A], remove: ['X-Spam-F*', X-Spam-Score, X-Spam-Level, X-Spam-Status, X-Spam-Report, X-Spam-Checker-Version]}\n",
            "t:1:22: headers.take-over: forged ones stay in the message: X-Spam-A is not in headers.remove"
        ),
        Case(
            "headers:\n  subject-tag: #SPAM\n",
            "t:2:3: headers.subject-tag: what begins with # is a comment, so this is not set; if it is the value, quote it"
        ),
        Case(
            "headers:\n  subject-tag: SPAM #1\n",
            "t:2:16: headers.subject-tag: the value ends before the #, which begins a comment; if it is part of the value, quote it"
        ),
    ])
    func `what in headers was hardly meant so is told as a warning`(_ mistake: Case) {
        #expect(warnings(mistake.text) == mistake.lines)
    }
}
