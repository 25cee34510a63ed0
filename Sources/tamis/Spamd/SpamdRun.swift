import NIOCore
import Spamd

/// One run of a question over many messages: several at a time, shown in their order.
struct SpamdRun: Sendable {
    let question: SpamdQuestion
    let client: SpamdClient
    let user: String?
    let compress: Bool
    /// How many are asked about at once.
    let parallel: Int

    /// What came of it.
    struct Summary: Equatable {
        /// 0, or the exit status of the first message, in order, that has no answer.
        var status: Int32 = 0
        /// Whether any message is spam.
        var isSpamFound = false

        mutating func note(_ line: SpamdLine) {
            if status == 0, let failure = line.failure { status = failure.exitStatus }
            isSpamFound = isSpamFound || line.isSpam
        }
    }

    /// Asks about each file, and shows each line as soon as those before it were shown.
    func ask(_ files: [String], show: (SpamdLine) -> Void) async -> Summary {
        var summary = Summary()
        await withTaskGroup(of: (Int, SpamdLine).self) { group in
            var (begun, shown) = (0, 0)
            var early: [Int: SpamdLine] = [:]
            while shown < files.count {
                // No more than `parallel` answers are ever held back by a slow one before them.
                while begun < files.count, begun < shown + parallel {
                    let (index, file) = (begun, files[begun])
                    group.addTask { (index, await ask(file)) }
                    begun += 1
                }
                guard let (index, line) = await group.next() else { return }
                early[index] = line
                while let line = early.removeValue(forKey: shown) {
                    shown += 1
                    summary.note(line)
                    show(line)
                }
            }
        }
        return summary
    }

    private func ask(_ file: String) async -> SpamdLine {
        let outcome: Result<Answer, SpamdFailure>
        do throws(SpamdFailure) {
            outcome = .success(try await answer(try Self.read(file)))
        } catch {
            outcome = .failure(error)
        }
        return SpamdLine(file: file, question: question, outcome: outcome)
    }

    private func answer(_ message: [UInt8]) async throws(SpamdFailure) -> Answer {
        do {
            return try await client.send(try question.request(message, user: user, compress: compress))
        } catch {
            throw SpamdFailure(error)
        }
    }

    /// The message in a file. None of no bytes: spamd would find it spam.
    private static func read(_ file: String) throws(SpamdFailure) -> [UInt8] {
        let message: [UInt8]
        do {
            message = try InputFiles.read(file)
        } catch {
            throw .unreadable(error.description)
        }
        guard !message.isEmpty else { throw .noMessage }
        return message
    }
}

extension SpamdRun {
    /// Pings each server by itself, in their order.
    static func ping(_ configuration: SpamdClient.Configuration, show: (SpamdLine) -> Void) async -> Summary {
        var summary = Summary()
        for server in configuration.servers {
            let outcome: Result<Answer, SpamdFailure>
            do throws(SpamdError) {
                var one = configuration
                one.servers = [server]
                outcome = .success(try await SpamdClient(configuration: one).send(Request(.ping)))
            } catch {
                var failure = SpamdFailure(error)
                failure.server = failure.server ?? server
                outcome = .failure(failure)
            }
            let line = SpamdLine(file: nil, question: .ping, outcome: outcome)
            summary.note(line)
            show(line)
        }
        return summary
    }
}
