import NIOCore
import NIOPosix
import Synchronization

@testable import Daemon
@testable import Filter
@testable import Mail
@testable import Policy
@testable import Pyzor
@testable import Settings
@testable import Spamd

/// The settings that runs can choose from, each made into what a connection keeps.
enum Rooms {
    static let all: [LiveConfiguration] = texts.map { text in
        do {
            return try live(text)
        } catch {
            broken("settings of the target's own: \(error)")
        }
    }

    static let texts = [
        "",
        """
        headers: { flag: always, report: always, subject-tag: "[SPAM]", extra: { X-All: "{tests} {queue-id} {digest} {host}" } }
        exempt: { local: full, authenticated: full, null-sender: full }
        spamd: { user: address, user-for-several: "name:shared" }
        log: { subject: true }
        """,
        """
        actions: [{ at: required, do: [tag] }, { at: 10, do: [tag, quarantine] }, { at: 15, do: [reject], reply: "550 5.7.1 50% spam" }]
        recipients: [{ match: ["*@strict.example"], required: 1.0, actions: [{ at: required, do: [reject] }] }, { match: ["a*"], required: 9 }]
        mixed: split
        spamd: { user: local-part }
        exempt: { local: full }
        """,
        """
        actions: [{ at: required, do: ["copy:spam@example.org", delete-recipient] }, { at: 20, do: [discard], discard-confirmed: true }]
        recipients: [{ match: ["b*"], required: 2.0 }]
        mixed: strictest
        unscanned: { without-spamd: quarantine, without-pyzor: tempfail }
        exempt: { local: no-reject }
        """,
        """
        mode: observe
        limits: { busy: accept }
        exempt: { local: log-only }
        """,
        """
        limits: { max-in-flight: 1, max-connections: 1, max-buffered: 1MiB, max-scan-size: 1KiB, busy: accept }
        actions: [{ at: required, do: ["redirect:spam@example.org"] }]
        exempt: { local: full }
        log: { format: json, recipients: false }
        """,
        """
        limits: { max-in-flight: 1, max-buffered: 1MiB, max-scan-size: 64KiB }
        headers: { remove: ["X-Spam-*", "X-Virus-*"], status: never, level: never, score: spam }
        unscanned: { without-spamd: tempfail }
        exempt: { local: full, lists: tag-only }
        """,
        """
        spamd: { enabled: false }
        pyzor: { enabled: false }
        exempt: { local: full }
        """,
    ]

    private static func live(_ text: String) throws -> LiveConfiguration {
        let settings = try TamisSettings.parse(Array(text.utf8), named: "fuzz.yaml").settings
        let policy = settings.policyConfiguration(hostName: "mx.example.org", version: "0")
        let filter = MailFilter(
            policy: ScorePolicy(policy),
            maximumScanSize: settings.limits.maxScanSize,
            spamd: settings.spamd.enabled ? AnsweringSpamd(wish: policy.headers.spamdWish()) : nil,
            pyzor: settings.pyzor.enabled ? AnsweringPyzor() : nil
        )
        let nobody = FilterConfiguration(policy: policy, spamd: nil, pyzor: nil)
        let clients = try ScannerClients(nobody, group: MultiThreadedEventLoopGroup.singleton)
        return LiveConfiguration(settings, filter: filter, clients: clients)
    }
}

/// What the scanners will say in this run; nil: they are silent.
struct ScannerAnswers: Sendable {
    static let present = Mutex(ScannerAnswers())

    var spamd: [UInt8]?
    var pyzor: [UInt8]?
}

/// A spamd whose answer is in the script; it is read as any other, and what it would be asked is checked.
private struct AnsweringSpamd: Scanning {
    private let wish: SpamdScanner.Wish

    private var verb: Verb { wish.verb }

    init(wish: SpamdScanner.Wish) {
        self.wish = wish
    }

    func scan(_ question: ScanQuestion, deadline: NIODeadline) async -> ScannerReport<SpamdAnswer> {
        checkRequest(question)
        guard let bytes = ScannerAnswers.present.withLock({ $0.spamd }) else { return ScannerReport(.silent(.refused)) }
        var parser = ResponseParser(answering: verb)
        do throws(SpamdError) {
            try parser.consume(ByteBuffer(bytes: bytes))
            let response = try parser.finish(.closed).checked()
            let answer = Spamd.Answer(response: response, server: try SpamdServer("127.0.0.1:783"))
            return try SpamdScanner.report(answer, to: wish)
        } catch {
            return ScannerReport(.silent(SilenceReason(error)), detail: "\(error)")
        }
    }

    /// Whatever the MTA said, the request is one request about this copy, for this user.
    private func checkRequest(_ question: ScanQuestion) {
        do {
            var request = Request(verb, body: question.copy.bytes)
            if let user = question.user { try request.setUser(user) }
            let encoded = try request.encoded()
            var parser = RequestParser()
            var read = try parser.consume(encoded.bytes)
            if read == nil { read = try parser.finish() }
            demand(
                read?.verb == verb && read?.user == question.user && read?.body == question.copy.bytes,
                "one request"
            )
            demand(read?.headers.count == (question.user == nil ? 0 : 1), "and no field that we did not write")
        } catch {
            broken("a request can be sent: \(error)")
        }
    }
}

/// A Pyzor server whose reply is in the script.
private struct AnsweringPyzor: Scanning {
    func scan(_ question: ScanQuestion, deadline: NIODeadline) async -> ScannerReport<PyzorAnswer> {
        if question.copy.cut != nil { return ScannerReport(.skipped(.truncated)) }
        guard let bytes = ScannerAnswers.present.withLock({ $0.pyzor }) else { return ScannerReport(.silent(.timeout)) }
        do throws(ReplyFault) {
            let reply = try PyzorReply(WireFields(parsing: bytes), to: .check)
            guard reply.isOK, let count = reply.count else { return ScannerReport(.silent(.status)) }
            let answer = PyzorAnswer(count: count, whitelistCount: reply.whitelistCount ?? 0, digest: reply.diagnosis)
            return ScannerReport(.answered(answer))
        } catch {
            return ScannerReport(.silent(.garbage))
        }
    }
}
