import Foundation
import MilterPeer
import Testing

/// Nothing is left of a connection, however it ends.
struct LeakTests {
    /// 20,000 connections in the nightly run, else 2,000.
    private static let connections = ProcessInfo.processInfo.environment["TAMIS_NIGHTLY"] == nil ? 2000 : 20_000

    @Test func `memory does not grow with connections`() throws {
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
        #expect(after.rss - before.rss < 256, "KiB, from \(before.rss) to \(after.rss)")
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
