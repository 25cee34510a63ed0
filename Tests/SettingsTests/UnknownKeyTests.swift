import Testing

@testable import Settings

@Suite struct UnknownKeyTests {
    @Test(arguments: [
        Case("timeout: 4s\n", "t:1:1: unknown key \"timeout\"; did you mean spamd.timeout or pyzor.timeout?"),
        Case("max_in_flight: 3\n", "t:1:1: unknown key \"max_in_flight\"; did you mean limits.max-in-flight?"),
        Case("deadlin: 3s\n", "t:1:1: unknown key \"deadlin\"; did you mean limits.deadline?"),
        Case(
            "zzzzz: 1\n",
            "t:1:1: unknown key \"zzzzz\"; known are mode, milter, spamd, pyzor, limits, score, actions, exempt, recipients, mixed, headers, unscanned, shadow or log"
        ),
        Case("Mode: enforce\n", "t:1:1: unknown key \"Mode\"; did you mean mode?"),
        Case("mod: enforce\n", "t:1:1: unknown key \"mod\"; did you mean mode?"),
        Case(
            "spamd: {max_concurrent: 3}\n",
            "t:1:9: unknown key \"max_concurrent\" in spamd; did you mean max-concurrent?"
        ),
        Case("spamd: {timout: 3s}\n", "t:1:9: unknown key \"timout\" in spamd; did you mean timeout?"),
        Case("spamd: {tmieout: 3s}\n", "t:1:9: unknown key \"tmieout\" in spamd; did you mean timeout?"),
        Case("spamd: {deadline: 3s}\n", "t:1:9: unknown key \"deadline\" in spamd; did you mean limits.deadline?"),
        Case(
            "spamd: {tls: {ca: /x}}\n",
            "t:1:15: unknown key \"ca\" in spamd.tls; known are ca-file, cert-file, key-file, key-password-file or verify"
        ),
        Case("log: {level:notice}\n", "t:1:7: unknown key \"level:notice\" in log; put a blank behind the colon"),
        Case("score: {required: 5,0}\n", "t:1:21: unknown key \"0\" in score; a comma ends a value in braces"),
        Case("listen: unix:/run/x\n", "t:1:1: unknown key \"listen\"; did you mean milter.listen?"),
        Case(
            "spamd: {\"a\\nb\": 1}\n",
            "t:1:9: unknown key \"a\\nb\" in spamd; known are enabled, servers, timeout, connect-timeout, max-concurrent, hedge, user, user-for-several, users, users-file, compress or tls"
        ),
        Case("entries: 4\n", "t:1:1: unknown key \"entries\"; did you mean pyzor.cache.entries?"),
        Case(
            "score: {whitelist-count: 4}\n",
            "t:1:9: unknown key \"whitelist-count\" in score; did you mean score.pyzor.whitelist-count?"
        ),
        Case(
            "actions: [{at: 3, then: [tag], do: [tag]}]\n",
            "t:1:19: unknown key \"then\" in actions; known are at, do, reply or discard-confirmed"
        ),
        Case(
            "pyzor:\n  servers:\n    - a:1\n  spamd:\n    timeout: 3s\n",
            "t:4:3: unknown key \"spamd\" in pyzor; spamd stands at the start of a line"
        ),
    ])
    func `an unknown key is told with the one that was probably meant`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }
}
