import Testing

@testable import Settings

@Suite struct PyzorSectionTests {
    @Test(arguments: [
        Case("pyzor: {servers: [tls://a:1]}\n", "t:1:19: pyzor.servers: expected HOST:PORT, found \"tls://a:1\""),
        Case(
            "pyzor: {servers: [public.pyzor.org]}\n",
            "t:1:19: pyzor.servers: expected HOST:PORT, found \"public.pyzor.org\"; the port is missing"
        ),
        Case("pyzor: {servers: []}\n", "t:1:18: pyzor.servers: expected a server, or \"enabled: false\""),
        Case("pyzor: {servers: [a:1, a:1]}\n", "t:1:24: pyzor.servers: \"a:1\" stands in this list twice"),
        Case(
            "pyzor: {servers: a:1}\n",
            "t:1:18: pyzor.servers: expected a list of servers, found \"a:1\"; write [a:1]"
        ),
        Case(
            "pyzor: {digest: pyzor-1.2}\n",
            "t:1:17: pyzor.digest: expected pyzor-1.1 or pyzor-1.0, found \"pyzor-1.2\"; did you mean pyzor-1.1?"
        ),
        Case("pyzor: {digest: 1.1}\n", "t:1:17: pyzor.digest: expected pyzor-1.1 or pyzor-1.0, found \"1.1\""),
        Case(
            "pyzor: {cache: {entries: -1}}\n",
            "t:1:26: pyzor.cache.entries: expected a whole number such as 20, found \"-1\""
        ),
        Case(
            "pyzor: {cache: {found: 2d}}\n",
            "t:1:24: pyzor.cache.found: expected a value from 0s to 1d, found \"2d\""
        ),
        Case(
            "pyzor: {cache: 10m}\n",
            "t:1:16: pyzor.cache: expected keys below it (entries, found or not-found), found \"10m\""
        ),
        Case(
            "pyzor: {accounts-file: accounts}\n",
            "t:1:24: pyzor.accounts-file: expected a file that begins with /, or \"\" for none, found \"accounts\""
        ),
    ])
    func `every mistake in pyzor is told with its place`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }

    @Test(arguments: [
        Case(
            "pyzor: {timeout: 60s}\n",
            "t:1:18: pyzor.timeout: pyzor.timeout (1m) is longer than limits.deadline (45s), which ends it first"
        )
    ])
    func `what in pyzor was hardly meant so is told as a warning`(_ mistake: Case) {
        #expect(warnings(mistake.text) == mistake.lines)
    }
}
