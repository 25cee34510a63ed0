@testable import Pyzor

extension FuzzTarget {
    /// A datagram of a Pyzor server, and the files that Pyzor's users write.
    static let pyzorReply = FuzzTarget(name: "pyzor-reply") { bytes in
        var choices = Choices(bytes)
        let kind = choices.byte()
        let wire = Array(choices.rest)
        switch kind {
        case UInt8(ascii: "A"): checkAccounts(String(decoding: wire, as: UTF8.self))
        case UInt8(ascii: "I"): checkIni(String(decoding: wire, as: UTF8.self))
        case UInt8(ascii: "W"): checkWhitelist(String(decoding: wire, as: UTF8.self))
        case UInt8(ascii: "M"): checkMailbox(wire)
        case UInt8(ascii: "Q"): checkRequest(wire)
        default: checkReply(wire)
        }
    }
}

private func checkReply(_ wire: [UInt8]) {
    let fields = WireFields(parsing: wire)
    demand(WireFields(parsing: wire) == fields, "a datagram has one reading")
    for operation in [PyzorRequest.Operation.check, .info, .ping, .pong, .report] {
        do {
            let reply = try PyzorReply(fields, to: operation)
            demand((0...65_535).contains(reply.thread), "a thread has 16 bits: \(reply.thread)")
            if operation.answersCounts, reply.isOK {
                demand(reply.count != nil && reply.whitelistCount != nil, "a 200 without counts is a fault")
            }
            checkRoundTrip(reply, operation)
        } catch {
            demand(error.description.utf8.count <= 1_000, "a fault is told shortly")
            _ = PyzorReply.fault(of: fields)
        }
    }
}

/// What can stand in a packet is read again as it was.
private func checkRoundTrip(_ reply: PyzorReply, _ operation: PyzorRequest.Operation) {
    guard reply.fields.flaw == nil else { return }
    do {
        let again = try PyzorReply(WireFields(parsing: reply.fields.packet), to: operation)
        demand(again.code == reply.code && again.thread == reply.thread, "code and thread survive")
        demand(again.count == reply.count && again.whitelistCount == reply.whitelistCount, "counts survive")
    } catch {
        broken("a packet that was read is read again: \(error)")
    }
}

/// No field of a request can hold a second line.
private func checkRequest(_ wire: [UInt8]) {
    let parts = wire.split(separator: 0xFF, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
    }
    guard parts.count >= 3,
        let request = try? PyzorRequest(.init(rawValue: parts[0]), fields: [.init(parts[1], parts[2])])
    else { return }
    let account = PyzorAccount(user: "fuzz", salt: "00", key: "11")
    guard let packet = try? request.packet(thread: 1_024, account: account, time: 0) else { return }
    let lines = packet.split(separator: 0x0A, omittingEmptySubsequences: false)
    demand(lines.count == 9 && lines[7].isEmpty && lines[8].isEmpty, "seven lines and the empty one: \(lines.count)")
    demand(!packet.contains(0x0D) && !packet.contains(0), "no other line ends")
    demand(packet.count <= PyzorRequest.largestPacket, "no packet is larger than what a server reads")
}

private func checkAccounts(_ text: String) {
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.count
    let accounts = AccountsFile.parse(text, path: "accounts")
    demand(accounts.problems.allSatisfy { (1...max(lines, 1)).contains($0.line) }, "a problem is in the file")
    _ = ServersFile.parse(text, path: "servers")
    guard let server = try? PyzorServer(text) else { return }
    demand((try? PyzorServer(server.description)) == server, "a server's name is read again: \(server)")
}

private func checkIni(_ text: String) {
    guard let file = try? IniFile(text, path: "config") else { return }
    _ = try? file.text("ServersFile")
    _ = try? file.number("Timeout")
}

private func checkWhitelist(_ text: String) {
    var list = LocalWhitelist(text)
    let entry = String(repeating: "ab", count: 20)
    _ = list.add(entry)
    demand(list.contains(entry), "what was added is there")
    _ = list.remove(entry)
    demand(!list.contains(entry), "what was removed is not")
}

private func checkMailbox(_ bytes: [UInt8]) {
    let messages = MailboxFile.messages(in: bytes)
    demand(messages.reduce(0) { $0 + $1.count } <= bytes.count, "a mailbox holds no more than its bytes")
}
