import Testing

@testable import Settings

@Suite struct YAMLComplaintTests {
    @Test(arguments: [
        Case("mode: *@example.org\n", "t:1:7: a value that begins with * must be quoted: \"*@example.org\""),
        Case(
            "recipients: [{match: [*@example.org, x]}]\n",
            "t:1:23: a value that begins with * must be quoted: \"*@example.org\""
        ),
        Case("mode: @x\n", "t:1:7: a value that begins with @ must be quoted: \"@x\""),
        Case("mode: `x\n", "t:1:7: a value that begins with ` must be quoted: \"`x\""),
        Case("mode: %x\n", "t:1:7: a value that begins with % must be quoted: \"%x\""),
        Case("%mode: enforce\n", "t:1:1: a line that begins with % must be quoted: \"%mode: enforce\""),
        Case("exempt: {networks: [::1/128]}\n", "t:1:21: a value that begins with : must be quoted: \"::1/128\""),
        Case("spamd: {servers: [[::1]:783]}\n", "t:1:20: a value that begins with : must be quoted: \"::1\""),
        Case("mode: enforce: x\n", "t:1:14: a colon and a blank within a value; quote the value"),
        Case("mode enforce\nmixed: split\n", "t:2:6: a key behind line 1, which has no colon"),
        Case(
            "spamd:\n  timeout:40s\n  user: none\n",
            "t:3:7: a key behind line 2, which lacks a blank behind its colon"
        ),
        Case(
            "spamd:\n  timeout: 40s\n    user: none\n",
            "t:3:9: a key where line 2 already has a value; keys of one group have the same indentation"
        ),
        Case(
            "spamd:\n  timeout: 40s\n user: none\n",
            "t:3:2: expected a key with the indentation of those above (column 1), found \"user: none\""
        ),
        Case("mode: enforce\nmixed\n", "t:2:1: expected a colon and a blank behind the key \"mixed\""),
        Case("mode: \"enforce\nmixed: split\n", "t:1:7: a quote that is never closed"),
        Case("mode: 'enforce\nmixed: split\n", "t:1:7: a quote that is never closed"),
        Case(
            "headers:\n  subject-tag: \"\\q\"\n",
            "t:2:17: an unknown escape in double quotes; use single quotes, or \\\\ for a backslash"
        ),
        Case("headers:\n  subject-tag: \"\\xZZ\"\n", "t:2:19: a wrong \\x, \\u or \\U escape in double quotes"),
        Case("headers:\n  subject-tag: \"\\uD800\"\n", "t:2:19: a wrong \\x, \\u or \\U escape in double quotes"),
        Case(
            "spamd: {servers: [a:1, b:2\nmode: enforce\n",
            "t:1:18: expected , or ] in the list that begins here, found \": enforce\""
        ),
        Case(
            "spamd: {timeout: 4s\nmode: enforce\n",
            "t:1:8: expected , or } in the group that begins here, found \": enforce\""
        ),
        Case("spamd: {servers: [a:1,,]}\n", "t:1:23: expected a value, found \",]}\""),
        Case("mode: }\n", "t:1:7: expected a value, found \"}\""),
        Case("mode: ,\n", "t:1:7: expected a value, found \",\""),
        Case("mode: ]\n", "t:1:7: expected a value, found \"]\""),
        Case("spamd:\n\ttimeout: 4s\n", "t:2:1: a tab; indent with blanks"),
        Case("\tmode: enforce\n", "t:1:1: a tab; indent with blanks"),
        Case("mode: enforce\n\tmixed: split\n", "t:2:1: a tab; indent with blanks"),
        Case("headers:\n  subject-tag: |\n\tx\n", "t:3:1: a tab; indent with blanks"),
        Case("headers:\n  subject-tag: [SPAM] yes\n", "t:2:23: text behind a value that is complete, found \"yes\""),
        Case("mode: 'enforce' x\n", "t:1:17: text behind a value that is complete, found \"x\""),
        Case("mode: \"enforce\" x\n", "t:1:17: text behind a value that is complete, found \"x\""),
        Case(
            "mode: enforce\n- x\n",
            "t:2:1: expected a key with the indentation of those above (column 1), found \"- x\""
        ),
        Case("- x\nmode: enforce\n", "t:2:1: expected the next - of the list (column 1), found \"mode: enforce\""),
        Case("mode: - enforce\n", "t:1:7: a list entry (-) where none can stand; put it on its own line, indented"),
        Case("mode: ? x\n", "t:1:7: not valid YAML: mapping keys are not allowed in this context"),
        Case(
            "mode: >q\n",
            "t:1:8: not valid YAML: while scanning a block scalar, did not find expected comment or line break"
        ),
        Case(": x\n", "t:1:1: expected a key with the indentation of those above (column 1), found \": x\""),
        Case("mode: enforce\n...\nx\n", "t:3:1: expected the end of the file, found \"x\""),
        Case(
            "headers:\n  subject-tag: ***SPAM***\n",
            "t:2:16: a value that begins with * must be quoted: \"***SPAM***\""
        ),
        Case("%YAML 1.3\n---\nmode: enforce\n", "t:1:1: not valid YAML: found incompatible YAML document"),
        Case("%YAML 1.1\n%YAML 1.1\n---\n", "t:2:1: not valid YAML: found duplicate %YAML directive"),
        Case("mode: !<x y>\n", "t:1:7: a value that begins with ! must be quoted: \"!<x y>\""),
        Case("mode: &\n", "t:1:7: a value that begins with & must be quoted: \"&\""),
        Case("mode: *\n", "t:1:7: a value that begins with * must be quoted: \"*\""),
    ])
    func `what is no YAML is told in the admin's words, at the place that needs mending`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }
}
