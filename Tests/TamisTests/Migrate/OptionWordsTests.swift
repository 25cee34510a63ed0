import Testing

@testable import tamis

struct OptionWordsTests {
    private let words = OptionWords(
        program: "p",
        options: [.flag("x"), .flag("z", "zip"), .value("d", "dest"), .long("connect-retries"), .long("connect-sleep")]
    )

    private func given(_ list: String...) throws -> [String] {
        try words.parse(list).given.map { $0.argument.isEmpty ? $0.option : "\($0.option)=\($0.argument)" }
    }

    @Test func `short options stand alone, together, and with their argument`() throws {
        #expect(try given("-x", "-z") == ["-x", "-z"])
        #expect(try given("-xzd", "host") == ["-x", "-z", "-d=host"])
        #expect(try given("-dhost", "-x") == ["-d=host", "-x"])
        #expect(try given("-d", "-x") == ["-d=-x"])
    }

    @Test func `long options have names, shortened ones too`() throws {
        #expect(try given("--dest=host", "--zip", "--dest", "b", "--de=c") == ["-d=host", "-z", "-d=b", "-d=c"])
        #expect(try given("--connect-s=1") == ["--connect-sleep=1"])
    }

    @Test func `what ends them is left`() throws {
        let (given, rest, hasEnd) = try words.parse(["-x", "--", "-z", "a"])
        #expect(given.map(\.option) == ["-x"])
        #expect(rest == ["-z", "a"])
        #expect(hasEnd)
        #expect(try words.parse(["-x", "a", "-z"]).rest == ["a", "-z"])
    }

    @Test(arguments: [
        ("-q", "p has no option -q that this command knows"), ("-xq", "p has no option -q that this command knows"),
        ("--nope", "p has no option --nope that this command knows"), ("-d", "p's -d needs an argument"),
        ("--dest", "p's --dest needs an argument"), ("--connect=1", "p's --connect is ambiguous"),
        ("--zip=1", "p's --zip takes no argument"), ("--=", "p's -- is ambiguous"),
        ("-\u{1B}[2J", #"p has no option -\u{1B} that this command knows"#),
    ])
    func `a wrong word is one clear error`(word: String, text: String) {
        #expect(throws: MigrationProblem.usage(text)) { try words.parse([word]) }
    }
}

struct ShellWordsTests {
    @Test(arguments: [
        ("-r 15  -u\tnobody\n", ["-r", "15", "-u", "nobody"]), ("-R 'a b' -C \"5.7.1\"", ["-R", "a b", "-C", "5.7.1"]),
        (#"a\ b "c\"d\e" '' x"y z"'$w'"#, ["a b", #"c"d\e"#, "", "xy z$w"]), ("", []),
        ("$(reboot) `x`", ["$(reboot)", "`x`"]),
    ])
    func `words part at blanks, and quotes keep them together`(line: String, words: [String]) throws {
        #expect(try ShellWords.split(line) == words)
    }

    @Test func `an open quotation is an error`() {
        #expect(throws: MigrationProblem.usage("a quotation mark (') is not closed")) {
            try ShellWords.split("-R 'a b")
        }
    }
}

struct DefaultsFileTests {
    private func variables(_ text: String) throws -> [String: String] { try DefaultsFile(text).variables }

    @Test func `Debian's file is understood`() throws {
        let text = """
            # a comment with OPTIONS="-z"
            OPTIONS="-u spamass-milter -i 127.0.0.1"   # behind it too
            OPTIONS="${OPTIONS} -r 15"
              export SOCKET='/var/spool/postfix/spamass/spamass.sock'
            SOCKETMODE=0660
            #OPTIONS="${OPTIONS} -m"
            EMPTY=
            MANY="a
            b \\
            c"
            """
        let file = try DefaultsFile(text)
        #expect(file.variables["OPTIONS"] == "-u spamass-milter -i 127.0.0.1 -r 15")
        #expect(file.variables["SOCKET"] == "/var/spool/postfix/spamass/spamass.sock")
        #expect(file.variables["SOCKETMODE"] == "0660")
        #expect(file.variables["EMPTY"] == "")
        #expect(file.variables["MANY"] == "a\nb c")
        #expect(file.passedOver == [])
    }

    @Test func `quotes and dollar signs mean what they mean in sh`() throws {
        #expect(try variables(#"A='$B "x" \'"#)["A"] == #"$B "x" \"#)
        #expect(try variables("B=2\nA=\"\\$B $B ${B}3 $C\"x'y z'")["A"] == "$B 2 23 xy z")
        #expect(try variables(#"A=a\ b"#)["A"] == "a b")
        #expect(try variables("A=\"5$\"")["A"] == "5$")
    }

    @Test func `what is no variable is told by its line, and not run`() throws {
        let file = try DefaultsFile("A=1\nif [ -e /x ]; then\nA=2\nfi\n\nA=3 touch /tmp/never\n")
        #expect(file.variables["A"] == "3")
        #expect(file.passedOver == [2, 4, 6])
    }

    @Test(arguments: ["$(cat /x)", "`id`", "${B:-x}", "\"a $(id)\""])
    func `a value that only a shell could compute is an error`(value: String) {
        let text = "line 2: a value that only a shell could compute; nothing is run here"
        #expect(throws: MigrationProblem(text: text, status: 65)) { try DefaultsFile("\nOPTIONS=\(value)\n") }
    }

    @Test func `an open quotation is an error`() {
        let text = "line 1: a quotation mark (\") is not closed"
        #expect(throws: MigrationProblem(text: text, status: 65)) { try DefaultsFile("A=\"b\nc") }
    }
}
