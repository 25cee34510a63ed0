import Foundation
import Testing

/// A `MilterStandIn` in a process of its own.
final class StandInProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var pending: [UInt8] = []
    /// `listening ADDRESS` or `failed ERROR`.
    let greeting: String

    /// Starts it and waits for its greeting. `wrapper` is a command that runs it, a path and its arguments.
    init(_ arguments: String..., wrapper: [String] = []) throws {
        let command = wrapper + [Self.executable] + arguments
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // Ours would keep the pipe open when the process has gone.
        try output.fileHandleForWriting.close()
        var line = ""
        pending = []
        while let next = output.fileHandleForReading.readByte(), next != 0x0A {
            line.unicodeScalars.append(.init(next))
        }
        greeting = line
    }

    deinit { stop() }

    /// The address behind `listening`.
    var address: String { String(greeting.dropFirst("listening ".count)) }

    var port: UInt16? { address.split(separator: ":").last.flatMap { UInt16($0) } }

    /// Sends a line and gives the answer, a line too; nil when it has ended.
    func ask(_ line: String) -> String? {
        try? input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
        var answer: [UInt8] = []
        while let byte = output.fileHandleForReading.readByte() {
            if byte == 0x0A { return String(decoding: answer, as: UTF8.self) }
            answer.append(byte)
        }
        return nil
    }

    /// Ends its input, upon which it leaves, and waits for that.
    @discardableResult
    func stop() -> Int32 {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Takes it away without a chance to tidy up.
    func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func signal(_ number: Int32) { Glibc.kill(process.processIdentifier, number) }

    /// What it says of itself: sessions made and closed, KiB of memory, threads.
    func counts() throws -> (made: Int, closed: Int, rss: Int, threads: Int) {
        let words = try #require(ask("count")).split(separator: " ").map { Int($0) }
        let numbers = try #require(words.count == 8 ? words.compactMap { $0 } : nil)
        return (numbers[0], numbers[1], numbers[2], numbers[3])
    }

    /// Beside the tests' own executable.
    static let executable: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("MilterStandIn").path
    }()
}

extension FileHandle {
    fileprivate func readByte() -> UInt8? {
        (try? read(upToCount: 1))?.first
    }
}
