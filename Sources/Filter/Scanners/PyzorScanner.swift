package import NIOCore
import NIOPosix
package import Policy
package import Pyzor

/// Asks Pyzor's servers how often the message's digest was reported.
///
/// The digest of a message over 16 KiB, which takes a tenth of a millisecond, is computed on threads made for such work, so
/// that nobody waits behind it; one that is not there by the deadline is not waited for, so that it costs Pyzor's answer and
/// never spamd's. A message cut at the size limit has no digest that anybody else could have, so it is not asked about.
package struct PyzorScanner: Scanning {
    private let client: PyzorClient
    private let rule: DigestRule

    private static let sizeForThread = 16 << 10

    package init(client: PyzorClient, rule: DigestRule) {
        self.client = client
        self.rule = rule
    }

    package func scan(_ question: ScanQuestion, deadline: NIODeadline) async -> ScannerReport<PyzorAnswer> {
        guard question.copy.cut == nil else { return ScannerReport(.skipped(.truncated)) }
        return await timed { await check(question.copy.bytes, deadline: deadline) }
    }

    private func check(_ message: ByteBuffer, deadline: NIODeadline) async -> ScannerReport<PyzorAnswer> {
        let digest: MessageDigest
        switch await self.digest(of: message, deadline: deadline) {
        case .success(let found): digest = found
        case .failure(let error): return ScannerReport(.skipped(.undigestible), detail: "\(error)")
        case nil: return ScannerReport(.silent(.timeout), detail: "no time was left after the digest")
        }
        guard digest != .empty else { return ScannerReport(.skipped(.noDigest)) }
        do {
            let outcome = try await client.check(digest, deadline: deadline)
            return ScannerReport(.answered(PyzorAnswer(outcome)), detail: outcome.origin.rawValue)
        } catch {
            return ScannerReport(.silent(SilenceReason(error)), detail: "\(error)")
        }
    }

    /// The digest, or nil when the deadline or the Task's end came first.
    private func digest(of message: ByteBuffer, deadline: NIODeadline) async -> Result<MessageDigest, DigestError>? {
        guard message.readableBytes > Self.sizeForThread else { return Self.digest(of: message, rule) }
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        // What comes first counts; all come on this loop.
        let first = loop.makePromise(of: Result<MessageDigest, DigestError>?.self)
        let timer = loop.scheduleTask(deadline: deadline) { first.succeed(nil) }
        NIOThreadPool.singleton.submit { [rule] state in
            let isInTime = NIODeadline.now() < deadline
            let digest = isInTime && state == .active ? Self.digest(of: message, rule) : nil
            loop.execute { first.succeed(digest) }
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            (try? await first.futureResult.get()) ?? nil
        } onCancel: {
            loop.execute { first.succeed(nil) }
        }
    }

    private static func digest(of message: ByteBuffer, _ rule: DigestRule) -> Result<MessageDigest, DigestError> {
        message.withUnsafeReadableBytes { bytes in
            do throws(DigestError) {
                return .success(try MessageDigest(of: bytes, rule: rule))
            } catch {
                return .failure(error)
            }
        }
    }
}

extension PyzorAnswer {
    init(_ outcome: CheckOutcome) {
        let servers = outcome.answers.filter { $0.error == nil }.map { "\($0.server)" }
        self.init(
            count: outcome.count,
            whitelistCount: outcome.whitelistCount,
            digest: "\(outcome.digest)",
            server: servers.joined(separator: " ")
        )
    }
}

extension SilenceReason {
    /// The word that a log and a header show for what Pyzor's servers did.
    init(_ error: PyzorError) {
        self =
            switch error {
            case .timedOut, .cancelled: .timeout
            case .refused, .sendFailed: .refused
            case .unresolved, .noServers: .resolve
            case .malformedReply: .garbage
            case .status: .status
            case .leftAlone, .closed: .down
            case .packetTooLarge, .emptyDigest, .invalidServer, .invalidRequest, .file, .line: .garbage
            }
    }
}
