import Foundation
import Testing

@testable import Pyzor

/// One recorded exchange with a real pyzord.
private struct RecordedPair: Decodable, CustomTestStringConvertible {
    let name: String
    let request_headers: [[String]]
    let op: String?
    let user: String?
    let key: String?
    let digests: [String]?

    var testDescription: String { name }

    /// The lines as they were meant: the record shows the CR of CRLF as part of them, and empty lines too.
    var lines: [(name: String, value: String)] {
        request_headers.map { ($0[0], $0[1].filter { $0 != "\r" }) }.filter { !["", "\r"].contains($0.0) }
    }

    func value(_ name: String) -> String? {
        lines.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

private let pairNames: [String] = {
    guard let folder = SharedFolder.pairs else { return [] }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".request") }.map { String($0.dropLast(".request".count)) }.sorted()
}()

private func load(_ name: String) throws -> (pair: RecordedPair, request: [UInt8], response: [UInt8]) {
    let folder = try #require(SharedFolder.pairs)
    let file = { (end: String) in try [UInt8](Data(contentsOf: folder.appendingPathComponent(name + end))) }
    let pair = try JSONDecoder().decode(RecordedPair.self, from: Data(file(".json")))
    return (pair, try file(".request"), try file(".response"))
}

@Suite("Packets recorded from a real client and server", .enabled(if: SharedFolder.pairs != nil, "no recorded packets"))
struct RecordedPairsTests {
    @Test func `there are 64 recorded pairs`() {
        #expect(pairNames.count == 64)
    }

    @Test(arguments: pairNames)
    func `a request is the recorded one, byte for byte`(name: String) throws {
        let (pair, request, _) = try load(name)
        let built = try pair.op == nil ? handMade(pair) : clientMade(pair)
        #expect(String(decoding: built, as: UTF8.self) == String(decoding: request, as: UTF8.self))
        #expect(built == request)
    }

    @Test(arguments: pairNames)
    func `a reply is read`(name: String) throws {
        let (pair, _, response) = try load(name)
        let fields = WireFields(parsing: response)
        let operation = PyzorRequest.Operation(rawValue: pair.op ?? "")
        guard let thread = fields["Thread"].flatMap(PythonNumber.read) else {
            #expect(throws: ReplyFault.notANumber("Thread", fields["Thread"] ?? "")) {
                try PyzorReply(fields, to: operation)
            }
            return
        }
        let reply = try PyzorReply(fields, to: operation)
        #expect(reply.thread == Int(thread))
        #expect(String(reply.code) == fields["Code"])
        #expect(reply.diagnosis == fields["Diag"])
        #expect(reply.count.map(String.init) == fields["Count"])
        #expect(reply.whitelistCount.map(String.init) == fields["WL-Count"])
        #expect((reply.dates?.entered).map(String.init) == fields["Entered"])
        #expect((reply.dates?.whitelistUpdated).map(String.init) == fields["WL-Updated"])
        #expect(fields.packet == response)
    }
}

// MARK: - Building them again

/// A request of pyzor's own client: operation, digests, Thread, time and account are all that is taken from the record.
private func clientMade(_ pair: RecordedPair) throws -> [UInt8] {
    let operation = PyzorRequest.Operation(rawValue: try #require(pair.op))
    let digests = try (pair.digests ?? []).map { try #require(MessageDigest($0)) }
    let specification = pair.value("Op-Spec")
    let request: PyzorRequest =
        switch operation {
        case .ping: .ping
        case .check: .check(digests[0])
        case .info: .info(digests[0])
        case .pong: .pong(digests[0])
        case _ where pair.name.hasPrefix("batch"):
            // pyzor's batch client states the specification first.
            try PyzorRequest(
                operation,
                fields: [.init("Op-Spec", "20,3,60,3")] + digests.map { .init("Op-Digest", $0.description) }
            )
        case .report: try .report(digests, specification: specification)
        default: try .whitelist(digests, specification: specification)
        }
    let account = pair.user == "anonymous" ? .anonymous : PyzorAccount(user: pair.user ?? "", key: pair.key ?? "")
    let thread = try #require(pair.value("Thread").flatMap { UInt16($0) })
    let time = try #require(pair.value("Time").flatMap { Int64($0) })
    return try request.packet(thread: thread, account: account, time: time)
}

/// A request made by hand, often wrong on purpose: built right, then broken as its name says.
private func handMade(_ pair: RecordedPair) throws -> [UInt8] {
    let keys = ["alice": "522b276a356bdf39013dfabea2cd43e141ecc9e8", "bob": "48181acd22b3edaebc8a447868a7df7ce629920a"]
    let time = pair.value("Time").flatMap { Int64($0.drop { $0 == "x" }) } ?? 1_795_226_424
    let user = pair.value("User").map { $0.hasPrefix("=?") ? "zoë" : $0 } ?? "anonymous"
    var key = keys[user] ?? (user == "anonymous" ? "" : keys["bob", default: ""])
    var lines = pair.lines.filter { !["User", "Time", "Sig"].contains($0.name) }.map {
        WireFields.Field($0.name, $0.value)
    }
    var alter: (String) -> String = { $0 }
    switch pair.name {
    case "bad-signature", "anon-garbage-sig":
        alter = { replacingSignature(in: $0) { String($0.reversed()) } }
    case "wrong-key": key = keys["bob", default: ""]
    case "missing-sig": alter = { dropping("Sig", from: $0) }
    case "missing-time": alter = { dropping("Time", from: $0) }
    case "uppercase-sig": alter = { replacingSignature(in: $0) { $0.uppercased() } }
    case "uppercase-key": key = key.uppercased()
    case "bad-time": alter = { $0.replacingOccurrences(of: "\nTime: ", with: "\nTime: x") }
    case "anon-no-user": alter = { dropping("Sig", from: dropping("Time", from: dropping("User", from: $0))) }
    case "lowercase-headers":
        lines = lines.map { .init(lowerToUpper[$0.name] ?? $0.name, $0.value) }
        alter = { text in lowerToUpper.reduce(text) { $0.replacingOccurrences(of: $1.value + ":", with: $1.key + ":") }
        }
    case "crlf", "crlf-alice": alter = { $0.replacingOccurrences(of: "\n", with: "\r\n") }
    case "double-newline": alter = { $0.replacingOccurrences(of: "\nSig", with: "\n\nSig") }
    case "no-final-newline": alter = { String($0.dropLast(2)) }
    case "reordered-alice":
        lines = [lines[1], lines[2], lines[3], lines[0]]
        alter = { text in
            let parts = text.split(separator: "\n")
            return ([3, 0, 1, 2, 4, 5, 6].map { parts[$0] }).joined(separator: "\n") + "\n\n"
        }
    case "trailing-space-alice":
        lines = lines.map { .init($0.name, $0.name == "PV" ? "2.1" : $0.value) }
        alter = { $0.replacingOccurrences(of: "PV: 2.1\n", with: "PV: 2.1 \n") }
    case "empty": return []
    case "garbage": return Array(0...255)
    case "only-text": return Array("hello pyzord\n".utf8)
    default: break
    }
    let account = PyzorAccount(user: user, key: key)
    let packet = WireFields(lines).signed(by: account, time: time).packet
    return Array(alter(String(decoding: packet, as: UTF8.self)).utf8)
}

private let lowerToUpper = ["op": "Op", "op-digest": "Op-Digest", "thread": "Thread", "pv": "PV"]

private func replacingSignature(in text: String, _ change: (String) -> String) -> String {
    guard let mark = text.range(of: "Sig: ") else { return text }
    return text[..<mark.upperBound] + change(String(text[mark.upperBound...].dropLast(2))) + "\n\n"
}

private func dropping(_ name: String, from text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix(name + ":") }
        .joined(separator: "\n")
}
