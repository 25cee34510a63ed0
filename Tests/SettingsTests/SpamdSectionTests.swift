import Testing

@testable import Settings

@Suite struct SpamdSectionTests {
    @Test(arguments: [
        Case("spamd: {servers: 127.0.0.1}\n", "t:1:18: spamd.servers: expected a list of servers, found \"127.0.0.1\""),
        Case(
            "spamd: {servers: 127.0.0.1:783}\n",
            "t:1:18: spamd.servers: expected a list of servers, found \"127.0.0.1:783\"; write [127.0.0.1:783]"
        ),
        Case(
            "spamd: {servers: [127.0.0.1]}\n",
            "t:1:19: spamd.servers: expected HOST:PORT, tls://HOST:PORT or unix:/path, found \"127.0.0.1\"; the port is missing"
        ),
        Case(
            "spamd: {servers: [127.0.0.1:783, 127.0.0.1:783]}\n",
            "t:1:34: spamd.servers: \"127.0.0.1:783\" stands in this list twice"
        ),
        Case(
            "spamd: {servers: ['::1:783']}\n",
            "t:1:19: spamd.servers: expected HOST:PORT, tls://HOST:PORT or unix:/path, found \"::1:783\"; an IPv6 address stands in brackets, \"[::1]:783\""
        ),
        Case(
            "spamd: {servers: ['[::1]']}\n",
            "t:1:19: spamd.servers: expected HOST:PORT, tls://HOST:PORT or unix:/path, found \"[::1]\"; an IPv6 address stands in brackets, \"[::1]:783\""
        ),
        Case("spamd: {servers: ['[::g]:1']}\n", "t:1:19: spamd.servers: \"::g\" is no IPv6 address"),
        Case("spamd: {servers: ['[127.0.0.1]:1']}\n", "t:1:19: spamd.servers: \"127.0.0.1\" is no IPv6 address"),
        Case(
            "spamd: {servers: ['[::1']}\n",
            "t:1:19: spamd.servers: expected HOST:PORT, tls://HOST:PORT or unix:/path, found \"[::1\"; an IPv6 address stands in brackets, \"[::1]:783\""
        ),
        Case("spamd: {servers: [256.0.0.1:783]}\n", "t:1:19: spamd.servers: \"256.0.0.1\" is no IPv4 address"),
        Case("spamd: {servers: [1.2.3:783]}\n", "t:1:19: spamd.servers: \"1.2.3\" is no IPv4 address"),
        Case("spamd: {servers: [-a.org:783]}\n", "t:1:19: spamd.servers: \"-a.org\" is no host name or address"),
        Case("spamd: {servers: [a..b:783]}\n", "t:1:19: spamd.servers: \"a..b\" is no host name or address"),
        Case("spamd: {servers: [ä.org:783]}\n", "t:1:19: spamd.servers: \"ä.org\" is no host name or address"),
        Case(
            "spamd: {servers: [http://a:783]}\n",
            "t:1:19: spamd.servers: expected HOST:PORT, tls://HOST:PORT or unix:/path, found \"http://a:783\""
        ),
        Case(
            "spamd: {servers: [tls://a:70000]}\n",
            "t:1:19: spamd.servers: expected a port from 1 to 65535, found \"70000\""
        ),
        Case(
            "spamd: {servers: ['tls://a']}\n",
            "t:1:19: spamd.servers: expected HOST:PORT, tls://HOST:PORT or unix:/path, found \"tls://a\"; the port is missing"
        ),
        Case(
            "spamd: {servers: [/run/spamd]}\n",
            "t:1:19: spamd.servers: expected HOST:PORT, tls://HOST:PORT or unix:/path, found \"/run/spamd\"; write unix:/run/spamd"
        ),
        Case(
            "spamd: {servers: [unix:spamd]}\n",
            "t:1:19: spamd.servers: a socket's path must begin with /, found \"spamd\""
        ),
        Case(
            "spamd: {servers: [unix:/" + String(repeating: "x", count: 107) + "]}\n",
            "t:1:19: spamd.servers: a socket's path can have 107 bytes, this one has 108"
        ),
        Case("spamd: {servers: []}\n", "t:1:18: spamd.servers: expected a server, or \"enabled: false\""),
        Case(
            "spamd:\n  servers:\n    -\n",
            "t:3:6: spamd.servers: expected HOST:PORT, tls://HOST:PORT or unix:/path, found nothing"
        ),
        Case("spamd: {servers: [':783']}\n", "t:1:19: spamd.servers: the host is missing"),
        Case("spamd:\n  servers: {a: 1}\n", "t:2:12: spamd.servers: expected a list of servers, found a group of keys"),
        Case(
            "spamd:\n  servers: [[a:1]]\n",
            "t:2:13: spamd.servers: expected HOST:PORT, tls://HOST:PORT or unix:/path, found a list"
        ),
        Case("spamd: {servers: [\"a\\0b:783\"]}\n", "t:1:19: spamd.servers: a NUL character"),
        Case(
            "spamd: {user: 'name:'}\n",
            "t:1:15: spamd.user: expected a user name of letters, digits and . _ - + = @ (not \"..\", a letter, digit or _ first), found \"\""
        ),
        Case(
            "spamd: {user: 'name:-x'}\n",
            "t:1:15: spamd.user: expected a user name of letters, digits and . _ - + = @ (not \"..\", a letter, digit or _ first), found \"-x\""
        ),
        Case(
            "spamd: {user: 'name:a b'}\n",
            "t:1:15: spamd.user: expected a user name of letters, digits and . _ - + = @ (not \"..\", a letter, digit or _ first), found \"a b\""
        ),
        Case(
            "spamd: {user: 'name:a..b'}\n",
            "t:1:15: spamd.user: expected a user name of letters, digits and . _ - + = @ (not \"..\", a letter, digit or _ first), found \"a..b\""
        ),
        Case(
            "spamd: {user: 'name:../x'}\n",
            "t:1:15: spamd.user: expected a user name of letters, digits and . _ - + = @ (not \"..\", a letter, digit or _ first), found \"../x\""
        ),
        Case(
            "spamd: {user: bob}\n",
            "t:1:15: spamd.user: expected none, local-part, address or name:NAME, found \"bob\""
        ),
        Case(
            "spamd: {user: localpart}\n",
            "t:1:15: spamd.user: expected none, local-part, address or name:NAME, found \"localpart\"; did you mean local-part?"
        ),
        Case(
            "spamd: {user-for-several: address}\n",
            "t:1:27: spamd.user-for-several: expected none or name:NAME, found \"address\""
        ),
        Case(
            "spamd: {max-concurrent: 0}\n",
            "t:1:25: spamd.max-concurrent: expected a value from 1 to 10000, found \"0\""
        ),
        Case("spamd: {tls: {key-file: /a}}\n", "t:1:25: spamd.tls.key-file: needs cert-file beside it"),
        Case(
            "spamd: {tls: {key-password-file: /a}}\n",
            "t:1:34: spamd.tls.key-password-file: needs cert-file beside it"
        ),
        Case(
            "spamd: {tls: {ca-file: a.pem}}\n",
            "t:1:24: spamd.tls.ca-file: expected a PEM file that begins with /, or \"\" for none, found \"a.pem\""
        ),
        Case(
            "spamd: {tls: {ca-file: /a/}}\n",
            "t:1:24: spamd.tls.ca-file: expected the path of a file, found that of a folder (/ at the end)"
        ),
        Case(
            "spamd: {servers: [tls://a:783], tls: {ca-file: /a.pem, verify: ful}}\n",
            "t:1:64: spamd.tls.verify: expected full, chain or none, found \"ful\"; did you mean full?"
        ),
    ])
    func `every mistake in spamd is told with its place`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }

    @Test(arguments: [
        Case(
            "spamd: {connect-timeout: 50s}\n",
            "t:1:26: spamd.connect-timeout: connect-timeout (50s) is longer than timeout (40s)"
        ),
        Case(
            "spamd: {timeout: 1m}\n",
            "t:1:18: spamd.timeout: spamd.timeout (1m) is longer than limits.deadline (45s), which ends it first"
        ),
        Case("spamd: {hedge: true}\n", "t:1:16: spamd.hedge: has no effect with one server"),
        Case(
            "spamd: {tls: {verify: none}}\n",
            "t:1:14: spamd.tls: has no effect, since no server begins with tls://",
            "t:1:23: spamd.tls.verify: anybody on the way can read and answer what is sent"
        ),
        Case(
            "spamd: {servers: [tls://a:783], tls: {verify: none}}\n",
            "t:1:47: spamd.tls.verify: anybody on the way can read and answer what is sent"
        ),
        Case(
            "spamd: {enabled: false}\npyzor: {enabled: false}\n",
            "t:2:18: pyzor.enabled: neither spamd nor Pyzor is asked: no mail is judged"
        ),
    ])
    func `what in spamd was hardly meant so is told as a warning`(_ mistake: Case) {
        #expect(warnings(mistake.text) == mistake.lines)
    }
}
