/// A small blocking SMTP client: one connection, bytes as given, replies as values.
///
/// It does nothing by itself: a test writes the conversation, command by command, or sends several at once
/// (`send`, then `reply()` for each). `deliver` is the usual one in a single call.
package final class SMTPClient {
    private let socket: Socket
    private var received: [UInt8] = []
    package let greeting: SMTPReply

    /// Connects to a server on loopback and reads its greeting.
    package init(port: Int) throws {
        socket = try Socket.connected(toPort: port)
        greeting = try SMTPClient.readReply(from: socket, &received)
    }

    /// Sends bytes as they are.
    package func send(_ bytes: [UInt8]) throws { try socket.write(bytes) }

    /// Sends text as it is.
    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    package func reply() throws -> SMTPReply { try SMTPClient.readReply(from: socket, &received) }

    /// Sends one line and reads the reply to it.
    @discardableResult
    package func command(_ line: String) throws -> SMTPReply {
        try send(line + "\r\n")
        return try reply()
    }

    @discardableResult
    package func hello(_ name: String = "client.example.org") throws -> SMTPReply { try command("EHLO \(name)") }

    /// - Parameter parameters: as in `SIZE=1000 BODY=8BITMIME`.
    @discardableResult
    package func mail(from sender: String, _ parameters: String = "") throws -> SMTPReply {
        try command("MAIL FROM:<\(sender)>" + (parameters.isEmpty ? "" : " \(parameters)"))
    }

    @discardableResult
    package func recipient(_ address: String) throws -> SMTPReply { try command("RCPT TO:<\(address)>") }

    @discardableResult
    package func quit() throws -> SMTPReply { try command("QUIT") }

    /// DATA and, if the server goes along, the message. The reply is that to the final dot, or to a refused DATA.
    @discardableResult
    package func data(_ letter: Letter) throws -> SMTPReply { try data(letter.bytes) }

    /// The same with any bytes.
    @discardableResult
    package func data(_ message: [UInt8]) throws -> SMTPReply {
        let go = try command("DATA")
        guard go.code == 354 else { return go }
        try sendMessage(message)
        return try reply()
    }

    /// Sends the message, dots stuffed, and the final dot; reads no reply.
    package func sendMessage(_ letter: Letter) throws { try sendMessage(letter.bytes) }

    package func sendMessage(_ message: [UInt8]) throws {
        try send(SMTPClient.stuffed(message) + Array(".\r\n".utf8))
    }

    /// Drops the connection without a word.
    package func disconnect() { socket.shut() }

    /// One message over a connection of its own. The reply is the first one that is not positive, or the last.
    @discardableResult
    package static func deliver(
        _ letter: Letter,
        from sender: String = "alice@example.org",
        to recipients: [String] = ["bob@test.local"],
        port: Int
    ) throws -> SMTPReply {
        let client = try SMTPClient(port: port)
        guard client.greeting.isPositive else { return client.greeting }
        try client.hello()
        let answer = try client.send(letter, from: sender, to: recipients)
        try client.quit()
        return answer
    }

    /// One more message over this connection.
    package func send(
        _ letter: Letter,
        from sender: String = "alice@example.org",
        to recipients: [String] = ["bob@test.local"]
    ) throws -> SMTPReply {
        let mail = try mail(from: sender)
        guard mail.isPositive else { return mail }
        for address in recipients {
            let answer = try recipient(address)
            guard answer.isPositive else { return answer }
        }
        return try data(letter)
    }

    /// Doubles dots at the beginning of lines, and ends the last line.
    static func stuffed(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 64)
        var previous = UInt8(ascii: "\n")
        for byte in bytes {
            if byte == UInt8(ascii: "."), previous == UInt8(ascii: "\n") { result.append(byte) }
            result.append(byte)
            previous = byte
        }
        if previous != UInt8(ascii: "\n") { result += [13, 10] }
        return result
    }

    private static func readReply(from socket: Socket, _ received: inout [UInt8]) throws -> SMTPReply {
        while true {
            if let reply = try SMTPReply.take(from: &received) { return reply }
            guard let more = try socket.read() else { throw RigError("the mail server closed the connection") }
            received += more
        }
    }
}
