import Foundation
import Glibc
import TestRig

/// Measures tamisd, or loads it for long. For people, by way of the Makefile.
///
///     bench [MESSAGES] [CONNECTIONS] [BYTES]       8000 messages, 64 connections, 4096 bytes
///     bench soak [MESSAGES]                        200000 messages
@main
struct BenchMain {
    static func main() {
        raiseDescriptorLimit()
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        do {
            if CommandLine.arguments.dropFirst().first == "soak" {
                try Soak(messages: numbers.first ?? 200_000).run()
            } else {
                let values = numbers.prefix(3) + [8000, 64, 4096].dropFirst(numbers.count)
                try Bench(messages: values[0], connections: values[1], bytes: values[2]).run()
            }
        } catch {
            FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
