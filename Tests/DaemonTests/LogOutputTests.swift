import Foundation
import Synchronization
import Testing

@testable import Daemon

struct LogOutputTests {
    /// A pipe whose reading end the test holds.
    private func pipe() -> (read: FileHandle, write: Int32) {
        var ends: [Int32] = [0, 0]
        #expect(Glibc.pipe(&ends) == 0)
        return (FileHandle(fileDescriptor: ends[0], closeOnDealloc: true), ends[1])
    }

    private func read(_ handle: FileHandle, untilLines count: Int) -> [String] {
        var data = Data()
        while data.count(where: { $0 == 0x0A }) < count {
            let more = handle.availableData
            if more.isEmpty { break }
            data += more
        }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func `lines come in order, with priorities for the journal`() {
        let (reader, writer) = pipe()
        let output = LogOutput(destination: .journal, level: .notice, descriptor: writer)
        output.write(LogRecord(.warning, "one"))
        output.write(LogRecord(.debug, "not wanted"))
        output.write(LogRecord(.notice, "two"))
        #expect(read(reader, untilLines: 2) == ["<4>one", "<5>two"])
    }

    @Test(arguments: [LogFormat.logfmt, .json])
    func `a line is cut at 1000 bytes, whatever its words quote`(format: LogFormat) {
        let (reader, writer) = pipe()
        let output = LogOutput(destination: .standardError, format: format, descriptor: writer)
        let words = "put off: deleting the header X-Spam-\(String(repeating: "\u{FFFD}", count: 90)): gone"
        output.write(LogRecord(.error, queueID: Array("4F2A1B".utf8), words, ["verdict": .text("ham")]))
        output.write(LogRecord(.error, String(repeating: "x", count: 2_000)))
        output.write(LogRecord(.error, "short"))
        let keys = (0..<200).map { "section.key-\($0)" }.joined(separator: ",")
        output.write(LogRecord(.notice, "settings reloaded", ["changed": .text(keys), "by": .text("hand")]))
        output.write(LogRecord(.notice, "hostile", ["error": .text(String(repeating: "\u{1}", count: 900))]))
        let lines = read(reader, untilLines: 5)
        #expect(lines.map(\.utf8.count).allSatisfy { $0 <= 1_000 })
        #expect(lines[0].utf8.count > 800 && lines[0].contains("put off: deleting") && lines[0].contains("..."))
        #expect(lines[0].contains("verdict"))
        #expect(lines[1].utf8.count > 800)
        #expect(lines[2].contains("short"))
        #expect(lines[3].contains("settings reloaded") && lines[3].contains("section.key-0,"))
        #expect(lines[3].contains("...") && lines[3].contains("hand") && lines[3].utf8.count > 800)
        #expect(lines[4].contains("hostile"))
    }

    @Test func `a changed level and format hold for the lines after it`() {
        let (reader, writer) = pipe()
        let output = LogOutput(destination: .standardError, level: .error, descriptor: writer)
        output.write(LogRecord(.notice, "not wanted"))
        output.configure(level: .debug, format: .json)
        output.write(LogRecord(.debug, "wanted"))
        #expect(read(reader, untilLines: 1) == [#"{"level":"debug","message":"wanted"}"#])
    }

    @Test func `a log that nobody reads stops nobody, and the loss is told when reading goes on`() {
        let (reader, writer) = pipe()
        let output = LogOutput(destination: .standardError, descriptor: writer)
        let long = String(repeating: "x", count: 1_000)
        for _ in 0..<30_000 { output.write(LogRecord(.notice, long)) }
        var seen = 0
        var isLossTold = false
        while !isLossTold {
            let lines = read(reader, untilLines: 1)
            if lines.isEmpty { break }
            seen += lines.count
            isLossTold = lines.contains { $0.hasPrefix("lines of the log were dropped count=") }
        }
        #expect(isLossTold)
        #expect(seen < 30_000)
    }

    @Test func `a reader that has gone is no reason to stop`() {
        signal(SIGPIPE, SIG_IGN)
        let (reader, writer) = pipe()
        try? reader.close()
        let output = LogOutput(destination: .standardError, descriptor: writer)
        output.write(LogRecord(.notice, "lost"))
        output.flush(milliseconds: 10_000)
        output.write(LogRecord(.notice, "lost too"))
        output.flush(milliseconds: 10_000)
        #expect(output.isIdle)
    }

    @Test func `without a thread to be had a line is written before write returns`() {
        let (reader, writer) = pipe()
        let output = LogOutput(destination: .journal, descriptor: writer, startWriter: { _ in false })
        output.write(LogRecord(.error, "why it ends"))
        output.write(LogRecord(.notice, "and more"))
        #expect(output.isIdle)
        close(writer)
        #expect(read(reader, untilLines: 2) == ["<3>why it ends", "<5>and more"])
    }

    @Test func `a thread that is to be had later is had, once`() {
        let (reader, writer) = pipe()
        let tries = Mutex(0)
        let output = LogOutput(destination: .standardError, descriptor: writer) { body in
            let number = tries.withLock { tries in
                tries += 1
                return tries
            }
            return number > 2 && startThread(body)
        }
        let lines = (1...6).map { "line \($0)" }
        for line in lines {
            output.write(LogRecord(.notice, line))
            output.flush(milliseconds: 10_000)
        }
        #expect(tries.withLock { $0 } == 3)
        #expect(read(reader, untilLines: 6) == lines)
    }
}
