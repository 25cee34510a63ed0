import Testing

@testable import Settings

@Suite struct ScalarMistakeTests {
    @Test(arguments: [
        Case("spamd: {enabled: yes}\n", "t:1:18: spamd.enabled: expected true or false, found \"yes\"; write true"),
        Case("spamd: {enabled: off}\n", "t:1:18: spamd.enabled: expected true or false, found \"off\"; write false"),
        Case("spamd: {enabled: True}\n", "t:1:18: spamd.enabled: expected true or false, found \"True\"; write true"),
        Case("spamd: {enabled: 1}\n", "t:1:18: spamd.enabled: expected true or false, found \"1\"; write true"),
        Case("spamd: {enabled: maybe}\n", "t:1:18: spamd.enabled: expected true or false, found \"maybe\""),
        Case("spamd: {timeout: forty}\n", "t:1:18: spamd.timeout: expected a duration such as 40s, found \"forty\""),
        Case(
            "spamd: {timeout: 40}\n",
            "t:1:18: spamd.timeout: expected a duration such as 40s, found \"40\"; did you mean 40s?"
        ),
        Case(
            "spamd: {timeout: 40 s}\n",
            "t:1:18: spamd.timeout: expected a duration such as 40s, found \"40 s\"; did you mean 40s?"
        ),
        Case(
            "spamd: {timeout: 40sec}\n",
            "t:1:18: spamd.timeout: expected a duration such as 40s, found \"40sec\"; did you mean 40s?"
        ),
        Case(
            "spamd: {timeout: 40 Minutes}\n",
            "t:1:18: spamd.timeout: expected a duration such as 40s, found \"40 Minutes\"; did you mean 40m?"
        ),
        Case("spamd: {timeout: 2h}\n", "t:1:18: spamd.timeout: expected a value from 100ms to 1h, found \"2h\""),
        Case("spamd: {timeout: 99ms}\n", "t:1:18: spamd.timeout: expected a value from 100ms to 1h, found \"99ms\""),
        Case(
            "spamd: {timeout: 1.0005s}\n",
            "t:1:18: spamd.timeout: expected a duration such as 40s, found \"1.0005s\""
        ),
        Case("spamd: {timeout: 0.5ms}\n", "t:1:18: spamd.timeout: expected a duration such as 40s, found \"0.5ms\""),
        Case("spamd: {timeout: 1.s}\n", "t:1:18: spamd.timeout: expected a duration such as 40s, found \"1.s\""),
        Case("spamd: {timeout: 1.2.3s}\n", "t:1:18: spamd.timeout: expected a duration such as 40s, found \"1.2.3s\""),
        Case("spamd: {timeout: -4s}\n", "t:1:18: spamd.timeout: expected a duration such as 40s, found \"-4s\""),
        Case("spamd: {timeout: 04s}\n", "t:1:18: spamd.timeout: expected a duration such as 40s, found \"04s\""),
        Case(
            "spamd: {timeout: 99999999999999999999s}\n",
            "t:1:18: spamd.timeout: expected a duration such as 40s, found \"99999999999999999999s\""
        ),
        Case(
            "spamd: {timeout: 9999999999d}\n",
            "t:1:18: spamd.timeout: expected a value from 100ms to 1h, found \"9999999999d\""
        ),
        Case(
            "spamd: {timeout: 4w}\n",
            "t:1:18: spamd.timeout: expected a duration such as 40s, found \"4w\"; units are ms, s, m, h and d"
        ),
        Case("spamd: {timeout: s}\n", "t:1:18: spamd.timeout: expected a duration such as 40s, found \"s\""),
        Case("spamd: {timeout: \"\"}\n", "t:1:18: spamd.timeout: expected a duration such as 40s, found \"\""),
        Case("spamd: {timeout: [4s]}\n", "t:1:18: spamd.timeout: expected a duration such as 40s, found a list"),
        Case(
            "spamd: {timeout: 1e3s}\n",
            "t:1:18: spamd.timeout: expected a duration such as 40s, found \"1e3s\"; units are ms, s, m, h and d"
        ),
        Case(
            "spamd: {timeout: '1,5s'}\n",
            "t:1:18: spamd.timeout: expected a duration such as 40s, found \"1,5s\"; units are ms, s, m, h and d"
        ),
        Case(
            "spamd: {timeout: 4S}\n",
            "t:1:18: spamd.timeout: expected a duration such as 40s, found \"4S\"; did you mean 4s?"
        ),
        Case("spamd: {timeout: ٤s}\n", "t:1:18: spamd.timeout: expected a duration such as 40s, found \"٤s\""),
        Case(
            "limits: {max-scan-size: 2MB}\n",
            "t:1:25: limits.max-scan-size: expected a size such as 2MiB, found \"2MB\"; did you mean 2MiB?"
        ),
        Case(
            "limits: {max-scan-size: 2 MiB}\n",
            "t:1:25: limits.max-scan-size: expected a size such as 2MiB, found \"2 MiB\"; did you mean 2MiB?"
        ),
        Case(
            "limits: {max-scan-size: 2M}\n",
            "t:1:25: limits.max-scan-size: expected a size such as 2MiB, found \"2M\"; did you mean 2MiB?"
        ),
        Case(
            "limits: {max-scan-size: 2000000}\n",
            "t:1:25: limits.max-scan-size: expected a size such as 2MiB, found \"2000000\"; did you mean 2000000B?"
        ),
        Case(
            "limits: {max-scan-size: 2TiB}\n",
            "t:1:25: limits.max-scan-size: expected a size such as 2MiB, found \"2TiB\"; units are B, KiB, MiB and GiB"
        ),
        Case(
            "limits: {max-scan-size: 9999999999GiB}\n",
            "t:1:25: limits.max-scan-size: expected a value from 1KiB to 1GiB, found \"9999999999GiB\""
        ),
        Case(
            "limits: {max-scan-size: 99999999999999999GiB}\n",
            "t:1:25: limits.max-scan-size: expected a value from 1KiB to 1GiB, found \"99999999999999999GiB\""
        ),
        Case(
            "limits: {max-scan-size: 1.5MiB}\n",
            "t:1:25: limits.max-scan-size: expected a size such as 2MiB, found \"1.5MiB\""
        ),
        Case(
            "limits: {max-scan-size: 1B}\n",
            "t:1:25: limits.max-scan-size: expected a value from 1KiB to 1GiB, found \"1B\""
        ),
        Case(
            "limits: {max-scan-size: 2mib}\n",
            "t:1:25: limits.max-scan-size: expected a size such as 2MiB, found \"2mib\"; did you mean 2MiB?"
        ),
        Case(
            "limits: {max-scan-size: 2mails}\n",
            "t:1:25: limits.max-scan-size: expected a size such as 2MiB, found \"2mails\"; units are B, KiB, MiB and GiB"
        ),
        Case(
            "limits: {max-connections: 0}\n",
            "t:1:27: limits.max-connections: expected a value from 1 to 100000, found \"0\""
        ),
        Case(
            "limits: {max-connections: 100001}\n",
            "t:1:27: limits.max-connections: expected a value from 1 to 100000, found \"100001\""
        ),
        Case(
            "limits: {max-connections: 2e3}\n",
            "t:1:27: limits.max-connections: expected a whole number such as 20, found \"2e3\""
        ),
        Case(
            "limits: {max-connections: 0x10}\n",
            "t:1:27: limits.max-connections: expected a whole number such as 20, found \"0x10\""
        ),
        Case(
            "limits: {max-connections: 1_000}\n",
            "t:1:27: limits.max-connections: expected a whole number such as 20, found \"1_000\""
        ),
        Case(
            "limits: {max-connections: 010}\n",
            "t:1:27: limits.max-connections: expected a whole number such as 20, found \"010\""
        ),
        Case(
            "limits: {max-connections: -1}\n",
            "t:1:27: limits.max-connections: expected a whole number such as 20, found \"-1\""
        ),
        Case(
            "limits: {max-connections: +1}\n",
            "t:1:27: limits.max-connections: expected a whole number such as 20, found \"+1\""
        ),
        Case(
            "limits: {max-connections: many}\n",
            "t:1:27: limits.max-connections: expected a whole number such as 20, found \"many\""
        ),
        Case(
            "limits: {max-connections: 1234567890123456789012}\n",
            "t:1:27: limits.max-connections: expected a whole number such as 20, found \"1234567890123456789012\""
        ),
        Case(
            "score: {required: '5,0'}\n",
            "t:1:19: score.required: expected spamd or a number such as 2.5, found \"5,0\"; decimals stand behind a point: 5.0"
        ),
        Case(
            "score: {required: nan}\n",
            "t:1:19: score.required: expected spamd or a number such as 2.5, found \"nan\""
        ),
        Case(
            "score: {required: inf}\n",
            "t:1:19: score.required: expected spamd or a number such as 2.5, found \"inf\""
        ),
        Case(
            "score: {required: 1e3}\n",
            "t:1:19: score.required: expected spamd or a number such as 2.5, found \"1e3\""
        ),
        Case(
            "score: {required: 0}\n",
            "t:1:19: score.required: expected a value from 0.001 to 999999.999, found \"0\""
        ),
        Case(
            "score: {required: -1}\n",
            "t:1:19: score.required: expected a value from 0.001 to 999999.999, found \"-1\""
        ),
        Case(
            "score: {required: 1234567.890}\n",
            "t:1:19: score.required: expected spamd or a number such as 2.5, found \"1234567.890\"; nine digits at most, three of them decimals"
        ),
        Case(
            "score: {required: 5.0001}\n",
            "t:1:19: score.required: expected spamd or a number such as 2.5, found \"5.0001\"; nine digits at most, three of them decimals"
        ),
        Case("score: {required: +5}\n", "t:1:19: score.required: expected spamd or a number such as 2.5, found \"+5\""),
        Case(
            "score: {required: spam}\n",
            "t:1:19: score.required: expected spamd or a number such as 2.5, found \"spam\"; did you mean spamd?"
        ),
        Case("score: {required: .5}\n", "t:1:19: score.required: expected spamd or a number such as 2.5, found \".5\""),
        Case("score: {required: 5.}\n", "t:1:19: score.required: expected spamd or a number such as 2.5, found \"5.\""),
        Case(
            "score: {pyzor: {whitelist-share: 1.5}}\n",
            "t:1:34: score.pyzor.whitelist-share: expected a value from 0.0 to 1.0, found \"1.5\""
        ),
        Case(
            "score: {pyzor: {whitelist-share: 20%}}\n",
            "t:1:34: score.pyzor.whitelist-share: expected a number such as 1.0, found \"20%\""
        ),
        Case(
            "score: {pyzor: {whitelist-share: '0,2'}}\n",
            "t:1:34: score.pyzor.whitelist-share: expected a number such as 1.0, found \"0,2\"; decimals stand behind a point: 0.2"
        ),
    ])
    func `what is no boolean, duration, size or number is told with an example`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }
}
