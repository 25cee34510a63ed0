import Testing

@testable import Settings

@Suite struct ExemptKeysTests {
    @Test(arguments: [
        Case(
            "exempt: {networks: [10.1.2.3/8]}\n",
            "t:1:21: exempt.networks: expected a network such as 192.0.2.0/24 or \"2001:db8::/32\", or an address, found \"10.1.2.3/8\"; bits behind the prefix are set; did you mean 10.0.0.0/8?"
        ),
        Case(
            "exempt: {networks: [10.0.0.0/33]}\n",
            "t:1:21: exempt.networks: expected a network such as 192.0.2.0/24 or \"2001:db8::/32\", or an address, found \"10.0.0.0/33\""
        ),
        Case(
            "exempt: {networks: [10.0.0.0/]}\n",
            "t:1:21: exempt.networks: expected a network such as 192.0.2.0/24 or \"2001:db8::/32\", or an address, found \"10.0.0.0/\""
        ),
        Case(
            "exempt: {networks: [10.0.0.0/255.0.0.0]}\n",
            "t:1:21: exempt.networks: expected a network such as 192.0.2.0/24 or \"2001:db8::/32\", or an address, found \"10.0.0.0/255.0.0.0\""
        ),
        Case(
            "exempt: {networks: [localhost]}\n",
            "t:1:21: exempt.networks: expected a network such as 192.0.2.0/24 or \"2001:db8::/32\", or an address, found \"localhost\""
        ),
        Case(
            "exempt: {networks: 10.0.0.0/8}\n",
            "t:1:20: exempt.networks: expected a list of networks, found \"10.0.0.0/8\"; write [10.0.0.0/8]"
        ),
        Case(
            "exempt: {networks: [10.0.0.0/8, 10.0.0.0/8]}\n",
            "t:1:33: exempt.networks: \"10.0.0.0/8\" stands in this list twice"
        ),
        Case(
            "exempt: {networks: ['ipv6:::1']}\n",
            "t:1:21: exempt.networks: expected a network such as 192.0.2.0/24 or \"2001:db8::/32\", or an address, found \"ipv6:::1\""
        ),
        Case(
            "exempt: {networks: [10.0.0/8, \"2001:db8::1/32\"]}\n",
            "t:1:21: exempt.networks: expected a network such as 192.0.2.0/24 or \"2001:db8::/32\", or an address, found \"10.0.0/8\"",
            "t:1:31: exempt.networks: expected a network such as 192.0.2.0/24 or \"2001:db8::/32\", or an address, found \"2001:db8::1/32\"; bits behind the prefix are set; did you mean 2001:db8::/32?"
        ),
        Case("exempt: {networks: [\"127.0.0.1\\0x\"]}\n", "t:1:21: exempt.networks: a NUL character"),
        Case(
            "exempt: {local: never, lists: tag_only}\n",
            "t:1:17: exempt.local: expected skip, log-only, tag-only, no-reject or full, found \"never\"",
            "t:1:31: exempt.lists: expected skip, log-only, tag-only, no-reject or full, found \"tag_only\"; did you mean tag-only?"
        ),
    ])
    func `every mistake in exempt is told with its place`(_ mistake: Case) {
        #expect(problems(mistake.text) == mistake.lines)
    }

    @Test(arguments: [
        Case(
            "exempt: {networks: [0.0.0.0/0]}\n",
            "t:1:20: exempt.networks: 0.0.0.0/0 holds every client: none of their mail is looked at"
        )
    ])
    func `what in exempt was hardly meant so is told as a warning`(_ mistake: Case) {
        #expect(warnings(mistake.text) == mistake.lines)
    }
}
