import Testing

@testable import Settings

@Suite struct MisplacedValueTests {
    @Test(arguments: [
        Case("mode:enforce\n", "t:1:1: expected keys such as \"mode: enforce\", found \"mode:enforce\""),
        Case("mode\n", "t:1:1: expected keys such as \"mode: enforce\", found \"mode\""),
        Case("- mode\n", "t:1:1: expected keys such as \"mode: enforce\", found a list"),
        Case("[]\n", "t:1:1: expected keys such as \"mode: enforce\", found a list"),
        Case("\"\"\n", "t:1:1: expected keys such as \"mode: enforce\", found \"\""),
        Case("~\n", "t:1:1: expected keys such as \"mode: enforce\", found \"~\""),
        Case("mode: [enforce]\n", "t:1:7: mode: expected enforce or observe, found a list"),
        Case("mode: {enforce: 1}\n", "t:1:7: mode: expected enforce or observe, found a group of keys"),
        Case("mode: ~\n", "t:1:7: mode: expected enforce or observe, found \"~\"; leave it empty for the default"),
        Case(
            "mode: null\n",
            "t:1:7: mode: expected enforce or observe, found \"null\"; leave it empty for the default"
        ),
        Case("mode: \"null\"\n", "t:1:7: mode: expected enforce or observe, found \"null\""),
        Case("mode: \"\"\n", "t:1:7: mode: expected enforce or observe, found \"\""),
        Case("mode: Enforce\n", "t:1:7: mode: expected enforce or observe, found \"Enforce\"; did you mean enforce?"),
        Case("mode: enforced\n", "t:1:7: mode: expected enforce or observe, found \"enforced\"; did you mean enforce?"),
        Case("mode: \"enforce\\0\"\n", "t:1:7: mode: a NUL character"),
        Case(
            "mode: |\n  enforce\n",
            "t:1:7: mode: expected enforce or observe, found \"enforce\\n\"; did you mean enforce?"
        ),
        Case("mixed: lenient\n", "t:1:8: mixed: expected most-lenient, strictest or split, found \"lenient\""),
        Case(
            "spamd: true\n",
            "t:1:8: spamd: expected keys below it (enabled, servers, timeout, connect-timeout, max-concurrent, hedge, user, user-for-several, users, users-file, compress or tls), found \"true\""
        ),
        Case(
            "spamd: [a]\n",
            "t:1:8: spamd: expected keys below it (enabled, servers, timeout, connect-timeout, max-concurrent, hedge, user, user-for-several, users, users-file, compress or tls), found a list"
        ),
        Case(
            "spamd: \"\"\n",
            "t:1:8: spamd: expected keys below it (enabled, servers, timeout, connect-timeout, max-concurrent, hedge, user, user-for-several, users, users-file, compress or tls), found \"\""
        ),
        Case(
            "spamd: ~\n",
            "t:1:8: spamd: expected keys below it (enabled, servers, timeout, connect-timeout, max-concurrent, hedge, user, user-for-several, users, users-file, compress or tls), found \"~\""
        ),
    ])
    func `what stands where keys should stand is told`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }
}
