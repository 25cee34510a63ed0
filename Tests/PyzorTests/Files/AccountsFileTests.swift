import Glibc
import TestRig
import Testing

@testable import Pyzor

@Suite struct AccountsFileTests {
    @Test func `accounts are read as pyzor reads them`() throws {
        let contents = AccountsFile.parse(
            """
            # host : port : username : salt,key
            127.0.0.1 : 24441 : alice : b295,522B
              public.pyzor.org:24441:bob:,4818

            [::1] : 24571 : carol : salt,
            [fe80::1]:1:dave:,ab
            """,
            path: "accounts"
        )
        #expect(contents.problems == [])
        #expect(
            contents.value == [
                try PyzorServer("127.0.0.1:24441"): PyzorAccount(user: "alice", salt: "b295", key: "522B"),
                try PyzorServer("public.pyzor.org:24441"): PyzorAccount(user: "bob", key: "4818"),
                try PyzorServer("[::1]:24571"): PyzorAccount(user: "carol", salt: "salt", key: ""),
                try PyzorServer("[fe80::1]:1"): PyzorAccount(user: "dave", key: "ab"),
            ]
        )
    }

    @Test func `a FIFO is refused at once, for nobody may ever write into it`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        #expect(mkfifo(folder.path("accounts"), 0o600) == 0)
        let refusal = PyzorError.file(path: folder.path("accounts"), reason: "it is a FIFO, expected a regular file")
        #expect(throws: refusal) { try AccountsFile.load(folder.path("accounts")) }
    }

    @Test(arguments: [
        ("host : 24441 : user", "four parts"), ("host : 24441 : user : a,b : more", "four parts"),
        ("host", "four parts"), ("host : x : user : a,b", "\"x\" is no port"),
        ("host : 65536 : user : a,b", "is no port"), ("host : 24441 : user : ab", "one comma"),
        ("host : 24441 : user : a,b,c", "one comma"), ("host : 24441 : user : ,", "one comma"),
        ("[::1 : 24441 : user : a,b", "bracket is not closed"), ("[::1] 24441 : user : a,b", "colon after the bracket"),
    ])
    func `a bad line is left out and told of with its number`(line: String, reason: String) {
        let contents = AccountsFile.parse("# first\n\(line)\nhost : 1 : good : ,k\n", path: "/etc/pyzor/accounts")
        #expect(contents.value.count == 1)
        #expect(contents.problems.count == 1)
        #expect(contents.problems.first?.description.hasPrefix("/etc/pyzor/accounts:2: ") == true)
        #expect(contents.problems.first?.reason.contains(reason) == true)
    }

    @Test func `no key is repeated in a problem`() {
        let contents = AccountsFile.parse("host : 1 : user : secret : x", path: "a")
        #expect(contents.problems.first?.description.contains("secret") == false)
    }

    @Test func `a file that is not there is an error with its path`() {
        #expect(throws: PyzorError.file(path: "/nowhere/accounts", reason: "No such file or directory")) {
            try AccountsFile.load("/nowhere/accounts")
        }
    }
}
