import NIOCore
import NIOPosix
import Spamd

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Asks SYMBOLS of a server as often as told, some at a time, and prints how long it took and what it cost.
///
///     SpamdBench SERVER REQUESTS AT_ONCE FILE
@main
struct SpamdBench {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().map(\.self)
        guard arguments.count == 4, let requests = Int(arguments[1]), let atOnce = Int(arguments[2]) else {
            print("usage: SpamdBench SERVER REQUESTS AT_ONCE FILE")
            exit(64)
        }
        let configuration = SpamdClient.Configuration(
            servers: [try SpamdServer(arguments[0])],
            timeout: .seconds(60),
            connectTimeout: .seconds(30),
            maxConcurrent: max(atOnce, 1)
        )
        let client = try SpamdClient(configuration: configuration)
        let message = try file(arguments[3])
        _ = try await client.symbols(message)
        let (start, before) = (NIODeadline.now(), cpu())
        let failed = await ask(client, message, requests, atOnce)
        let seconds = Double((NIODeadline.now() - start).nanoseconds) / 1e9
        let each = (cpu() - before) / Double(requests) * 1e6
        print(#"{"requests":\#(requests),"failed":\#(failed),"seconds":\#(seconds),"cpu_us":\#(each)}"#)
        exit(failed == 0 ? 0 : 1)
    }

    /// Each of the tasks asks one question after the other.
    private static func ask(_ client: SpamdClient, _ message: ByteBuffer, _ requests: Int, _ atOnce: Int) async -> Int {
        await withTaskGroup(of: Int.self) { group in
            for number in 0..<atOnce {
                let share = requests / atOnce + (number < requests % atOnce ? 1 : 0)
                group.addTask {
                    var failed = 0
                    for _ in 0..<share {
                        let scan = try? await client.symbols(message)
                        if scan?.symbols.count != 2 { failed += 1 }
                    }
                    return failed
                }
            }
            return await group.reduce(0, +)
        }
    }

    /// User and system time of this process, in seconds.
    private static func cpu() -> Double {
        var usage = rusage()
        #if canImport(Glibc)
        getrusage(__rusage_who_t(CInt(RUSAGE_SELF.rawValue)), &usage)
        #else
        getrusage(RUSAGE_SELF, &usage)
        #endif
        let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func file(_ path: String) throws -> ByteBuffer {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: path) }
        defer { close(descriptor) }
        var bytes = ByteBuffer()
        while true {
            let count = try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: 1 << 16) { target in
                let count = read(descriptor, target.baseAddress, target.count)
                guard count >= 0 else { throw IOError(errnoCode: errno, reason: path) }
                return count
            }
            if count == 0 { return bytes }
        }
    }
}
