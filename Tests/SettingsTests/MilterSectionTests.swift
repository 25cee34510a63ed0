import Testing

@testable import Settings

@Suite struct MilterSectionTests {
    @Test(arguments: [
        Case(
            "milter: {listen: /run/x}\n",
            "t:1:18: milter.listen: expected unix:/path or inet:HOST:PORT, found \"/run/x\"; write unix:/run/x"
        ),
        Case(
            "milter: {listen: unix:run/x}\n",
            "t:1:18: milter.listen: a socket's path must begin with /, found \"run/x\""
        ),
        Case("milter: {listen: 'unix:'}\n", "t:1:18: milter.listen: a socket's path must begin with /, found \"\""),
        Case(
            "milter: {listen: unix:/run/x/}\n",
            "t:1:18: milter.listen: expected the path of a file, found that of a folder (/ at the end)"
        ),
        Case(
            "milter: {listen: local:/run/x}\n",
            "t:1:18: milter.listen: expected unix:/path or inet:HOST:PORT, found \"local:/run/x\"; write unix:/run/x"
        ),
        Case(
            "milter: {listen: inet:8897}\n",
            "t:1:18: milter.listen: expected unix:/path or inet:HOST:PORT, found \"inet:8897\"; the host is missing"
        ),
        Case(
            "milter: {listen: inet:127.0.0.1:0}\n",
            "t:1:18: milter.listen: expected a port from 1 to 65535, found \"0\""
        ),
        Case(
            "milter: {listen: inet:70000@localhost}\n",
            "t:1:18: milter.listen: expected a port from 1 to 65535, found \"70000\""
        ),
        Case(
            "milter: {listen: inet:@localhost}\n",
            "t:1:18: milter.listen: expected a port from 1 to 65535, found \"\""
        ),
        Case("milter: {listen: inet:8897@}\n", "t:1:18: milter.listen: the host is missing"),
        Case("milter: {listen: inet:8897@a b}\n", "t:1:18: milter.listen: \"a b\" is no host name or address"),
        Case(
            "milter: {listen: inet:::1:8897}\n",
            "t:1:18: milter.listen: expected unix:/path or inet:HOST:PORT, found \"inet:::1:8897\"; an IPv6 address stands in brackets, \"[::1]:783\""
        ),
        Case(
            "milter: {listen: inet6:8897@::1}\n",
            "t:1:18: milter.listen: expected unix:/path or inet:HOST:PORT, found \"inet6:8897@::1\"; write inet:[::1]:8897"
        ),
        Case(
            "milter: {listen: 8897}\n",
            "t:1:18: milter.listen: expected unix:/path or inet:HOST:PORT, found \"8897\""
        ),
        Case(
            "milter: {listen: fd:3}\n",
            "t:1:18: milter.listen: expected unix:/path or inet:HOST:PORT, found \"fd:3\""
        ),
        Case("milter: {listen: \"\"}\n", "t:1:18: milter.listen: expected unix:/path or inet:HOST:PORT, found \"\""),
        Case(
            "milter: {listen: unix:/" + String(repeating: "x", count: 106) + "}\n",
            "t:1:18: milter.listen: a socket's path can have 106 bytes, this one has 107"
        ),
        Case(
            "milter: {listen: 'unix:/a b'}\n",
            "t:1:18: milter.listen: a path without blanks, quotes, commas, braces and characters outside ASCII is needed here"
        ),
        Case("milter: {listen: inet:a_b:1}\n", "t:1:18: milter.listen: an underscore in the name of this host"),
        Case("milter: {listen: \"unix:/a\\0b\"}\n", "t:1:18: milter.listen: a NUL character"),
        Case("milter: {listen: \"unix:/a\\nb\"}\n", "t:1:18: milter.listen: a control character in a path"),
        Case(
            "milter: {socket-mode: 0888}\n",
            "t:1:23: milter.socket-mode: expected octal digits from 0000 to 0777 such as 0660, found \"0888\""
        ),
        Case(
            "milter: {socket-mode: 0o660}\n",
            "t:1:23: milter.socket-mode: expected octal digits from 0000 to 0777 such as 0660, found \"0o660\"; write 0660"
        ),
        Case(
            "milter: {socket-mode: 4755}\n",
            "t:1:23: milter.socket-mode: expected octal digits from 0000 to 0777 such as 0660, found \"4755\""
        ),
        Case(
            "milter: {socket-mode: 60}\n",
            "t:1:23: milter.socket-mode: expected octal digits from 0000 to 0777 such as 0660, found \"60\""
        ),
        Case(
            "milter: {socket-mode: rw-rw----}\n",
            "t:1:23: milter.socket-mode: expected octal digits from 0000 to 0777 such as 0660, found \"rw-rw----\""
        ),
        Case(
            "milter: {socket-group: post fix}\n",
            "t:1:24: milter.socket-group: expected the name of a group such as postfix, found \"post fix\""
        ),
        Case(
            "milter: {socket-group: -x}\n",
            "t:1:24: milter.socket-group: expected the name of a group such as postfix, found \"-x\""
        ),
        Case(
            "milter: {socket-group: \"\"}\n",
            "t:1:24: milter.socket-group: expected the name of a group such as postfix, found \"\""
        ),
    ])
    func `every mistake in milter is told with its place`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }

    @Test(arguments: [
        Case(
            "milter: {listen: inet:0.0.0.0:8897}\n",
            "t:1:18: milter.listen: whoever reaches this port can use the filter; a milter knows no passwords"
        ),
        Case(
            "milter: {listen: inet:mx.example.org:8897}\n",
            "t:1:18: milter.listen: whoever reaches this port can use the filter; a milter knows no passwords"
        ),
        Case("milter: {socket-mode: 0666}\n", "t:1:23: milter.socket-mode: every local user can talk to this socket"),
        Case(
            "milter: {listen: inet:127.0.0.1:1, socket-group: postfix}\n",
            "t:1:50: milter.socket-group: has no effect, since listen is no unix socket"
        ),
        Case(
            "milter: {listen: inet:127.0.0.1:1, socket-mode: 0600}\n",
            "t:1:49: milter.socket-mode: has no effect, since listen is no unix socket"
        ),
    ])
    func `what in milter was hardly meant so is told as a warning`(_ mistake: Case) {
        #expect(warnings(mistake.text) == mistake.lines)
    }
}
