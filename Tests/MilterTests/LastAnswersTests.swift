import TestRig
import Testing

/// Whether an answer has left is known, wherever libmilter is with it. In a process of its own, for all its connections count.
struct LastAnswersTests {
    private let process: StandInProcess
    private let address: String

    init() throws {
        address = try "unix:\(temporaryFolder())/milter.sock"
        process = try StandInProcess(address, "without-reply")
    }

    @Test func `before the first MTA nothing is known, and after it that nothing is owed`() throws {
        #expect(process.ask("owed") == "unknown")
        let client = try connected()
        try expectOwed("0")
        _ = try client.deliver(.ham("one"))
        try expectOwed("0")
    }

    @Test func `an answer that cannot be written is owed until it is`() throws {
        let client = try connected()
        try fill(client)
        try expectOwed("1")
        while try client.receive().letter != "i" {}
        #expect(try client.receive().letter == "c")
        try expectOwed("0")
    }

    @Test func `each worker's answer counts for itself`() throws {
        let clients = try (0..<3).map { _ in try connected() }
        for client in clients { try fill(client) }
        try expectOwed("3")
        for (client, left) in zip(clients, ["2", "1", "0"]) {
            while try client.receive().letter != "i" {}
            try expectOwed(left)
        }
    }

    @Test func `an answer that nobody will read is owed no longer than the connection lives`() throws {
        let client = try connected()
        try fill(client)
        try expectOwed("1")
        client.disconnect()
        try expectOwed("0")
    }

    /// However it ends: libmilter's workers rest then, and a rest is no debt.
    @Test func `a connection that has ended owes nothing, and no more does one that waits`() throws {
        for round in 0..<20 {
            let clients = try (0..<8).map { _ in try connected() }
            for (number, client) in clients.enumerated() {
                switch (number + round) % 8 {
                case 0: try client.quit()
                case 1: client.disconnect()
                case 2: try client.mail(from: "a@example.org")
                case 3: _ = try client.deliver(.ham("whole"))
                case 4: try client.send(bytes: [0, 0, 0, 0, 77])
                case 5:
                    try client.mail(from: "a@example.org")
                    client.disconnect()
                case 6: try client.send(bytes: [0, 0, 0, 9, 77])
                default: try client.send(MilterPacket("K"))
                }
            }
            try expectOwed("0")
        }
    }

    private func connected() throws -> MilterClient {
        let client = try MilterClient(address)
        try client.negotiate()
        try client.connect()
        return client
    }

    /// Has a message answered where only the header that is added fits, not the answer after it.
    private func fill(_ client: MilterClient) throws {
        try client.fillAnswers(leaving: 2)
        let before = client.waitingBytes
        try client.send(MilterPacket("M", Array("<a@example.org>\0".utf8)))
        try client.recipient("bob@test.local")
        try client.send(MilterPacket("E"))
        // MAIL's answer takes five bytes.
        try waitUntil("the header was written") { client.waitingBytes > before + 5 }
    }

    private func expectOwed(_ count: String) throws {
        try waitUntil("\(count) answers were owed") { process.ask("owed") == count }
    }
}
