import Testing

@testable import Pyzor

@Suite struct ServersFileTests {
    @Test func `servers are read in order, each once`() throws {
        let contents = ServersFile.parse(
            "# mine\nhost.example:24441\n\n[::1]:5\n  127.0.0.1:1  \nhost.example:24441\r\n",
            path: "servers"
        )
        #expect(contents.problems == [])
        #expect(
            contents.value.map(\.description) == ["host.example:24441", "[::1]:5", "127.0.0.1:1"]
        )
    }

    @Test func `a line that names no server is left out and told of`() {
        let contents = ServersFile.parse(
            "a.example:1\nb.example:1 trailing words\n::1\nbare\n[::1]\n",
            path: "/p/servers"
        )
        #expect(contents.value.map(\.host) == ["a.example"])
        #expect(
            contents.problems.map(\.description) == [
                "/p/servers:2: \"b.example:1 trailing words\" is no server: the port must be a number from 1 to 65535",
                "/p/servers:3: \"::1\" is no server: an IPv6 address is written in brackets, as in [::1]:24441",
                "/p/servers:4: \"bare\" is no server: expected HOST:PORT",
                "/p/servers:5: \"[::1]\" is no server: expected HOST:PORT",
            ]
        )
    }
}
