import Foundation
package import Glibc
import Synchronization

/// A program that the rig runs, together with all that it starts in turn.
///
/// It ends when it is told to, when it ends by itself, or with the test run; its whole process group goes with it.
package final class ChildProcess: Sendable {
    package enum Exit: Equatable, Sendable {
        case status(Int32)
        case signal(Int32)
    }

    package let pid: pid_t
    /// The file with its standard output and error.
    package let outputPath: String
    private let name: String
    private let end = Mutex<Exit?>(nil)

    /// - Parameters:
    ///   - arguments: without the program's own name.
    ///   - environment: in place of ours, plus a PATH, and what a sanitizer is told: our programs are built with it, too.
    package init(
        _ program: String,
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        output: String
    ) throws {
        var variables = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]
        variables.merge(Self.sanitizerOptions) { $1 }
        variables.merge(environment) { $1 }
        name = (program as NSString).lastPathComponent
        outputPath = output
        let undertaker = Undertaker.shared
        pid = try spawn(
            program,
            arguments,
            environment: variables.map { "\($0)=\($1)" }.sorted(),
            output: output
        )
        undertaker.remember(.group(pid))
        Thread { self.awaitEnd() }.start()
    }

    private static let sanitizerOptions = ProcessInfo.processInfo.environment.filter {
        ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains($0.key)
    }

    /// How it ended, nil while it runs.
    package var exit: Exit? { end.withLock { $0 } }

    package var isRunning: Bool { exit == nil }

    package var output: String {
        String(decoding: FileManager.default.contents(atPath: outputPath) ?? Data(), as: UTF8.self)
    }

    /// Signals the program alone.
    package func signal(_ number: Int32) {
        end.withLock { exit in
            if exit == nil { kill(pid, number) }
        }
    }

    /// Waits until it ends by itself.
    @discardableResult
    package func wait(within limit: Duration = .seconds(60)) throws -> Exit {
        try waitFor("an end of \(name)", within: limit) { exit }
    }

    /// Ends it and its whole group: politely, and by force after `grace`.
    @discardableResult
    package func stop(grace: Duration = .seconds(20)) -> Exit? {
        signalGroup(SIGTERM)
        if (try? wait(within: grace)) == nil { signalGroup(SIGKILL) }
        return try? wait()
    }

    /// Waits for `condition`, and gives up early when the program ends first.
    ///
    /// - Parameter log: a file; its end goes into the error, behind the program's own output.
    func waitUntilReady(log: String, _ condition: () throws -> Bool) throws {
        do {
            try waitUntil("\(name) was ready", within: .seconds(120)) {
                guard isRunning else { throw RigError("\(name) ended at once: \(exit.map { "\($0)" } ?? "")") }
                return try condition()
            }
        } catch let error as RigError {
            stop()
            throw RigError("\(error); its log ends:\n\(ends(of: [outputPath, log]))")
        }
    }

    private func ends(of files: [String]) -> String {
        Set(files).sorted().map { file in
            String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self).suffix(2000)
        }.joined()
    }

    private func signalGroup(_ number: Int32) {
        end.withLock { exit in
            if exit == nil { kill(-pid, number) }
        }
    }

    private func awaitEnd() {
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        // The program is a zombie now, so its number is still its own: what is left of its group goes first.
        kill(-pid, SIGKILL)
        end.withLock { exit in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) == -1, errno == EINTR {}
            let killer = status & 0x7f
            exit = killer == 0 ? .status((status >> 8) & 0xff) : .signal(killer)
        }
        Undertaker.shared.remember(.ended(pid))
    }
}
