import Foundation
import Mail
import MilterPeer
import TestRig
import Testing

/// Nothing is left of a connection, however it ends.
struct LeakTests {
    /// 20,000 connections in the nightly run, else 2,000.
    private static let connections = ProcessInfo.processInfo.environment["TAMIS_NIGHTLY"] == nil ? 2000 : 20_000

    @Test(.enabled(if: !Programs.isSanitized, "memory says nothing under a sanitizer"))
    func `memory does not grow with connections`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        let process = try StandInProcess("unix:\(path)", "without-reply")
        try run(600, path)
        try waitUntil { try process.counts().closed == 600 }
        let before = try process.counts()
        try run(Self.connections, path)
        try waitUntil { try process.counts().closed == 600 + Self.connections }
        let after = try process.counts()
        #expect(after.made == 600 + Self.connections)
        // A leak of the smallest block, 16 bytes a connection, would be 312 KiB in the nightly run.
        #expect(after.rss - before.rss < 256, "KiB: from \(before.rss) to \(after.rss)")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `any packets in any order leave no session behind`(seed: UInt64) throws {
        let path = try temporaryFolder() + "/milter.sock"
        let process = try StandInProcess("unix:\(path)", "without-reply")
        var random = SeededGenerator(state: seed)
        for _ in 0..<300 {
            let peer = try Peer(path: path)
            try peer.negotiate()
            // It may hang up in the midst of it.
            try? peer.sendRaw((0..<12).flatMap { _ in randomPacket(&random) })
        }
        try waitUntil {
            let counts = try process.counts()
            return counts.made >= 300 && counts.made == counts.closed
        }
        // And it serves on.
        let peer = try Peer(path: path)
        try peer.negotiate()
        try peer.connected()
        #expect(try peer.message().reply == Peer.Packet("c"))
    }

    @Test func `a command that was not wanted is not read`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        let process = try StandInProcess("unix:\(path)", "without-reply")
        let peer = try Peer(path: path)
        try peer.negotiate()
        try peer.connected()
        // Without the NUL that ends it: a sanitizer would see us read past it.
        try peer.send(Peer.Packet("U", "XYZZY"))
        #expect(try peer.receive() == Peer.Packet("c"))
        #expect(try peer.message().reply == Peer.Packet("c"))
        #expect(try process.counts().made == 1)
    }

    /// A letter of the protocol, mostly, and bytes that it may or may not understand.
    private func randomPacket(_ random: inout SeededGenerator) -> Bytes {
        let letter = Bytes("ABCDEHKLMNOQRTU?".utf8).randomElement(using: &random) ?? 0x41
        let alphabet = Bytes("\0ab<>@:4L6U \n".utf8)
        let count = [0, 1, 3, 8, 40, 300].randomElement(using: &random) ?? 0
        var data = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }
        if Bool.random(using: &random) { data.append(0) }
        let size = UInt32(data.count + 1)
        return withUnsafeBytes(of: size.bigEndian) { Bytes($0) } + [letter] + data
    }

    /// Connections that end in every way, in turn.
    private func run(_ count: Int, _ path: String) throws {
        for number in 0..<count {
            let peer = try Peer(path: path)
            try peer.negotiate()
            guard number % 4 != 0 else { continue }
            try peer.connected()
            try peer.helo()
            guard number % 4 != 1 else { continue }
            _ = try peer.message()
            try peer.mail("<a@b>", "SIZE=1")
            try peer.recipient("<c@d>")
            if number % 4 == 2 {
                try peer.header("Subject", " lost")
                peer.close()
            } else {
                try peer.abort()
                try peer.quit()
            }
        }
    }
}

/// The same numbers in every run (xorshift, Marsaglia 2003).
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
