import Pyzor

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Digests messages again and again for some seconds (at least once), and prints what came out and what it cost.
///
///     PyzorBench SECONDS <PATHS
///
/// Paths come one to a line on standard input. `digest_bench.py` does the same with Python's pyzor.
@main
struct PyzorBench {
    static func main() throws {
        guard CommandLine.arguments.count == 2, let seconds = Double(CommandLine.arguments[1]) else {
            print("usage: PyzorBench SECONDS <PATHS")
            exit(64)
        }
        let base = memory("VmRSS:")
        var messages: [[UInt8]] = []
        while let path = readLine() { messages.append(try file(path)) }
        // The one pass that counts for memory also warms up.
        let digests = messages.map(digest)
        let peak = memory("VmHWM:") - base
        var best = [Double](repeating: .infinity, count: messages.count)
        var passes = 0
        let (clock, used) = (ContinuousClock(), cpu())
        let start = clock.now
        while passes == 0 || clock.now - start < .seconds(seconds) {
            for (number, message) in messages.enumerated() {
                let took = clock.measure { _ = digest(message) }
                best[number] = min(best[number], took / .seconds(1))
            }
            passes += 1
        }
        let (wall, each) = ((clock.now - start) / .seconds(1), best.map { "\($0)" }.joined(separator: ","))
        let texts = digests.map { "\"\($0)\"" }.joined(separator: ",")
        print(
            #"{"passes":\#(passes),"wall":\#(wall),"cpu":\#(cpu() - used),"peak":\#(peak),"each":[\#(each)],"#
                + #""digests":[\#(texts)]}"#
        )
    }

    /// By the rule of Debian's pyzor.
    private static func digest(_ message: [UInt8]) -> String {
        (try? MessageDigest(of: message, rule: .pyzor1_0))?.hex ?? "none"
    }

    /// User and system time of this process, in seconds.
    private static func cpu() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// A figure of this process in bytes; 0 where there is no /proc.
    private static func memory(_ name: String) -> Int {
        guard let status = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(status) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, CInt(line.count), status) != nil {
            let words = line.prefix { $0 != 0 }.split { $0 == 9 || $0 == 10 || $0 == 32 }
                .map { String(decoding: $0.map(UInt8.init(bitPattern:)), as: UTF8.self) }
            if words.first == name { return (Int(words[1]) ?? 0) * 1024 }
        }
        return 0
    }

    /// Held once, in an array just as long, so that reading it does not show in the peak.
    private static func file(_ path: String) throws -> [UInt8] {
        guard let source = fopen(path, "r") else { throw Unreadable(path: path) }
        defer { fclose(source) }
        setvbuf(source, nil, _IONBF, 0)
        fseek(source, 0, SEEK_END)
        let size = ftell(source)
        fseek(source, 0, SEEK_SET)
        return [UInt8](unsafeUninitializedCapacity: max(size, 0)) { bytes, count in
            count = fread(bytes.baseAddress, 1, bytes.count, source)
        }
    }

    private struct Unreadable: Error {
        let path: String
    }
}
