import Testing

@testable import tamis

private func read(_ line: String) -> DropInArguments.Reading {
    DropInArguments.read(line.split(separator: " ").map(String.init))
}

@Suite struct DropInArgumentsTests {
    @Test func `options and commands stand in any order`() {
        var expected = DropInArguments()
        expected.commands = ["check", "info"]
        expected.timeout = 3
        expected.isDebug = true
        expected.style = "mbox"
        expected.homeFolder = "/h"
        for line in [
            "check -t 3 -d -s mbox --homedir /h info", "-dt3 -smbox --homedir=/h check info",
            "--debug --timeout=3 --style mbox --home /h -- check info", "--deb --tim 3 --st=mbox check --homed /h info",
        ] {
            #expect(read(line) == .run(expected), "\(line)")
        }
    }

    @Test func `every option has its place`() {
        let line =
            "-n 5 --log-file l --servers-file s --accounts-file a --local-whitelist w -r 7 -w 8 -V "
            + "--report-threshold 9"
        var expected = DropInArguments()
        expected.nice = 5
        expected.logFile = "l"
        expected.serversFile = "s"
        expected.accountsFile = "a"
        expected.localWhitelist = "w"
        expected.reportThreshold = 9
        expected.whitelistThreshold = 8
        expected.showsVersion = true
        #expect(read(line) == .run(expected))
    }

    @Test(arguments: [
        ("--bogus", "no such option: --bogus"), ("-x", "no such option: -x"), ("-dx", "no such option: -x"),
        ("-t", "-t option requires 1 argument"), ("--timeout", "--timeout option requires 1 argument"),
        ("--serv", "--servers-file option requires 1 argument"),
        ("--s msg", "ambiguous option: --s (--servers-file, --style?)"),
        ("-t abc", "option -t: invalid integer value: 'abc'"),
        ("--timeout=1.5", "option --timeout: invalid integer value: '1.5'"),
        ("--debug=1", "--debug option does not take a value"),
    ])
    func `a wrong option is told as optparse tells it`(line: String, why: String) {
        #expect(read(line) == .wrong(why))
    }

    @Test(arguments: [("0x10", 16), ("0b101", 5), ("010", 8), ("0", 0), ("-3", -3), ("+4", 4), ("1_0", 10)])
    func `numbers are read as optparse reads them`(text: String, number: Int) {
        var expected = DropInArguments()
        expected.timeout = number
        #expect(DropInArguments.read(["-t", text]) == .run(expected))
    }

    @Test func `help comes before all that stands behind it`() {
        #expect(read("-d --help --bogus") == .help)
        #expect(read("--bogus --help") == .wrong("no such option: --bogus"))
    }

    @Test func `a lone dash is a command and words after two dashes are too`() {
        var expected = DropInArguments()
        expected.commands = ["-", "-h"]
        #expect(DropInArguments.read(["-", "--", "-h"]) == .run(expected))
    }
}
