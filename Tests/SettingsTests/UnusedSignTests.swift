import Testing

@testable import Settings

@Suite struct UnusedSignTests {
    @Test(arguments: [
        Case("mode: *x\n", "t:1:7: *x is YAML's sign for a copy, which is not used here; for text write \"*x\""),
        Case(
            "mode: &x enforce\n",
            "t:1:7: &x is YAML's sign for a name, which is not used here; quote text that begins with &"
        ),
        Case(
            "mode: !!str enforce\n",
            "t:1:7: ! is YAML's sign for a type, which is not used here; quote text that begins with !"
        ),
        Case(
            "mode: !x enforce\n",
            "t:1:7: ! is YAML's sign for a type, which is not used here; quote text that begins with !"
        ),
        Case("mode: !\n", "t:1:7: ! is YAML's sign for a type, which is not used here; quote text that begins with !"),
        Case("<<: {mode: enforce}\n", "t:1:1: << is YAML's sign for a merge, which is not used here"),
        Case("spamd: {<<: {timeout: 4s}}\n", "t:1:9: << is YAML's sign for a merge, which is not used here"),
        Case("mode: enforce\nmode: enforce\n", "t:2:1: \"mode\" was given before, at line 1"),
        Case("spamd: {timeout: 4s, timeout: 5s}\n", "t:1:22: \"timeout\" was given before, at line 1"),
        Case(
            "a: 1\na: 2\na: 3\n",
            "t:1:1: unknown key \"a\"; known are mode, milter, spamd, pyzor, limits, score, actions, exempt, recipients, mixed, headers, unscanned, shadow or log",
            "t:2:1: \"a\" was given before, at line 1",
            "t:3:1: \"a\" was given before, at line 1"
        ),
        Case("---\nmode: enforce\n---\nmode: observe\n", "t:3:1: a second document; settings are one"),
        Case("? [mode]\n: enforce\n", "t:1:3: a list as a key; a key is one word and a colon"),
        Case("{a: b}: c\n", "t:1:1: a group of keys as a key; a key is one word and a colon"),
        Case(
            "\"\": 1\n",
            "t:1:1: unknown key \"\"; known are mode, milter, spamd, pyzor, limits, score, actions, exempt, recipients, mixed, headers, unscanned, shadow or log"
        ),
        Case(
            "spamd: &a {timeout: 4s}\npyzor: *a\nlimits: !x {deadline: 5s}\nmode: x\n",
            "t:1:8: &a is YAML's sign for a name, which is not used here; quote text that begins with &",
            "t:2:8: *a is YAML's sign for a copy, which is not used here; for text write \"*a\"",
            "t:3:9: ! is YAML's sign for a type, which is not used here; quote text that begins with !",
            "t:4:7: mode: expected enforce or observe, found \"x\""
        ),
        Case("? *x\n: y\n", "t:1:3: *x is YAML's sign for a copy, which is not used here; for text write \"*x\""),
        Case(
            "? &x mode\n: enforce\n",
            "t:1:3: &x is YAML's sign for a name, which is not used here; quote text that begins with &"
        ),
        Case(
            "mode: enforce\nfoo: &a 1\nbar: *a\nspamd:\n  timout: 1\n  servers: 3\nmode: y\n",
            "t:2:1: unknown key \"foo\"; known are mode, milter, spamd, pyzor, limits, score, actions, exempt, recipients, mixed, headers, unscanned, shadow or log",
            "t:2:6: &a is YAML's sign for a name, which is not used here; quote text that begins with &",
            "t:3:1: unknown key \"bar\"; known are mode, milter, spamd, pyzor, limits, score, actions, exempt, recipients, mixed, headers, unscanned, shadow or log",
            "t:3:6: *a is YAML's sign for a copy, which is not used here; for text write \"*a\"",
            "t:5:3: unknown key \"timout\" in spamd; did you mean timeout?",
            "t:6:12: spamd.servers: expected a list of servers, found \"3\"",
            "t:7:1: \"mode\" was given before, at line 1"
        ),
    ])
    func `yAML's signs that are not used here are each told, and reading goes on`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }
}
