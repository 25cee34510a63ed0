import Mail
import Policy
import Testing

@testable import Settings

@Suite struct SpamdUsersFileTests {
    private func read(_ text: String) -> (book: SpamdUserBook, problems: [String]) {
        let file = SpamdUsersFile(Array(text.utf8), path: "u", key: "spamd.users-file")
        return (file.book, file.problems.map(\.description))
    }

    private func user(_ address: String, _ book: SpamdUserBook) -> String? {
        book.user(for: Array(address.utf8)).map { $0?.description ?? "none" }
    }

    @Test func `lines of an address and a user are read as Postfix would look them up`() {
        let (book, problems) = read(
            "# comment\n\ninfo@example.org\talice\r\n  \n@lists.example.org none\nBob@Example.org   bob@example.org\n"
                + "@example.org rest"
        )
        #expect(problems == [])
        #expect(user("info@example.org", book) == "alice")
        #expect(user("INFO+sales@example.ORG", book) == "alice")
        #expect(user("bob@example.org", book) == "bob@example.org")
        #expect(user("carol@example.org", book) == "rest")
        #expect(user("x@lists.example.org", book) == "none")
        #expect(user("x@sub.example.org", book) == nil)
        #expect(user("postmaster", book) == nil)
    }

    @Test(arguments: [
        Case(
            "a@b\n",
            "u:1:1: spamd.users-file: expected an address and a user such as \"info@example.org alice\", found one word"
        ),
        Case("\n x@y z\n", "u:2:1: spamd.users-file: a line that begins with a blank; lines cannot go on in the next"),
        Case("a@b x y\n", "u:1:7: spamd.users-file: expected one user behind the address, found more"),
        Case("alice alice\n", "u:1:1: spamd.users-file: expected user@domain or @domain, found \"alice\""),
        Case("*@b x\n", "u:1:1: spamd.users-file: expected user@domain or @domain, found \"*@b\""),
        Case("<a@b> x\n", "u:1:1: spamd.users-file: expected user@domain or @domain, found \"<a@b>\""),
        Case("a@b ../x\n", "u:1:5: spamd.users-file: \(PolicyError.userName("../x").description)"),
        Case(
            "a@b x\nc@d y\nA@B y\n@b |program\n",
            "u:3:1: spamd.users-file: \"A@B\" stands in this file twice",
            "u:4:4: spamd.users-file: \(PolicyError.userName("|program").description)"
        ),
    ])
    func `every mistake is told with its line`(_ mistake: Case) {
        #expect(read(mistake.text).problems == mistake.lines)
    }

    @Test func `what is too much is told`() {
        let long = "\(String(repeating: "x", count: 1_000))@b c"
        #expect(read(long).problems == ["u:1:1: spamd.users-file: a line of more than 1000 bytes"])
        let many = (0...SpamdUsersFile.maximumRows).map { "a\($0)@b c\n" }.joined()
        #expect(read(many).problems == ["u:100001:1: spamd.users-file: more than 100000 addresses"])
        let wrong = String(repeating: "x\n", count: 500)
        #expect(throws: SettingsError.self) {
            throw SettingsError(SpamdUsersFile(Array(wrong.utf8), path: "u", key: "k").problems)
        }
        #expect(read(wrong).problems.count == SettingsError.maximumProblems + 1)
    }

    @Test func `a file that is not there is told by name and key`() {
        #expect(
            throws: SettingsError([
                SettingsProblem(
                    file: "/nonexistent/users",
                    place: nil,
                    key: "spamd.users-file",
                    text: "cannot be opened: No such file or directory"
                )
            ])
        ) {
            try settings("spamd: {users-file: /nonexistent/users}\n").filterConfiguration(hostName: "mx", version: "1")
        }
    }

    @Test func `the table of the settings goes before the file, and both before the rule`() throws {
        let text = "spamd: {user: local-part, users: {\"info@*\": alice, \"*@lists.example.org\": none}}\n"
        let (book, _) = read("info@example.org bob\nsales@example.org bob\n")
        let rules = try settings(text).policyConfiguration(hostName: "mx", version: "1", users: book).spamdUser
        for (address, name) in [
            ("info@example.org", "alice"), ("sales@example.org", "bob"), ("x@lists.example.org", nil), ("y@z", "y"),
        ] {
            #expect(rules.user(for: .init(wireForm: Array("<\(address)>".utf8)))?.description == name)
        }
    }

    @Test(arguments: [
        Case(
            "spamd: {users: {\"a b\": x}}\n",
            "t:1:17: spamd.users: expected an address or pattern such as \"*@example.org\", found \"a b\""
        ),
        Case(
            "spamd: {users: {\"a@b\": \"-x\"}}\n",
            "t:1:24: spamd.users.a@b: \(PolicyError.userName("-x").description)"
        ),
        Case("spamd: {users: {\"a@b\": x, \"a@b\": y}}\n", "t:1:27: \"a@b\" was given before, at line 1"),
        Case(
            "spamd: {users: [x]}\n",
            "t:1:16: spamd.users: expected addresses with their user such as { \"info@example.org\": alice }, found a list"
        ),
        Case(
            "spamd: {users-file: users}\n",
            "t:1:21: spamd.users-file: expected a file that begins with /, or \"\" for none, found \"users\""
        ),
    ])
    func `every mistake in the settings is told with its place`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }
}
