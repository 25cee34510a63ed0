import Foundation
import Testing

@testable import Pyzor

/// Messages that nobody has seen before, digested here and by Debian's pyzor, both in this very run.
///
/// The environment variables TAMIS_FRESH_MESSAGES and TAMIS_FRESH_SEED say how many (2,000) and which (any).
@Suite(.enabled(if: RealPyzor.isHere, "pyzor for /usr/bin/python3 is not installed"))
struct FreshMessagesTests {
    @Test func `fresh odd messages have the digests that pyzor gives them`() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["TAMIS_FRESH_MESSAGES"].flatMap(Int.init) ?? 2000
        let seed = environment["TAMIS_FRESH_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0..<1_000_000)
        var odd = OddMessages(seed: seed)
        let messages = (0..<count).map { _ in odd.next() }
        let answers = try RealPyzor.digests(of: messages)
        #expect(answers.count == count)
        var digests = 0
        for (index, (message, answer)) in zip(messages, answers).enumerated() {
            for (rule, wanted) in zip([DigestRule.pyzor1_0, .pyzor1_1], answer) {
                let found = Result { () throws(DigestError) in try MessageDigest(of: message, rule: rule) }
                switch found {
                case .failure(.unsupportedCharset): continue
                case .failure: #expect(wanted == "-", "seed \(seed), message \(index), \(rule): \(found)")
                case .success(let digest): #expect(digest.hex == wanted, "seed \(seed), message \(index), \(rule)")
                }
                digests += wanted == "-" ? 0 : 1
            }
        }
        // Most messages have a digest, else this would say little.
        #expect(digests > count)
    }
}

/// Debian's pyzor, asked in one process for all messages.
enum RealPyzor {
    static let isHere: Bool = {
        let (process, _) = python("import pyzor.digest", [])
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// The digests under the rules 1.0 and 1.1 of each message, "-" where pyzor dies.
    static func digests(of messages: [[UInt8]]) throws -> [[String]] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tamis-fresh-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("messages")
        var bytes = Data()
        for message in messages {
            withUnsafeBytes(of: UInt32(message.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: message)
        }
        try bytes.write(to: file)
        let (process, output) = python(script, [file.path])
        try process.run()
        let lines = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: lines, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: " ").map(String.init)
        }
    }

    private static func python(_ script: String, _ arguments: [String]) -> (Process, Pipe) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-W", "ignore", "-c", script] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        return (process, output)
    }

    /// pyzor 1.1 is made of the installed 1.0 by what sets it apart: NULs go from lines and from names of charsets.
    private static let script = """
        import email, struct, sys
        from pyzor.digest import DataDigester

        class Newer(DataDigester):
            @classmethod
            def normalize(cls, line):
                return super().normalize(line.replace("\\0", ""))

            @classmethod
            def digest_payloads(cls, message):
                for part in message.walk():
                    def charset(old=part.get_content_charset):
                        name = old()
                        return name.replace("\\0", "") if name else name
                    part.get_content_charset = charset
                return super().digest_payloads(message)

        def digest(digester, data):
            try:
                return digester(email.message_from_bytes(data)).value
            except Exception:
                return "-"

        with open(sys.argv[1], "rb") as handle:
            while head := handle.read(4):
                data = handle.read(struct.unpack("<I", head)[0])
                print(digest(DataDigester, data), digest(Newer, data))
        """
}
