import Glibc
import Mail
import Milter
import Synchronization

/// A milter in a process of its own, for what one test process cannot do twice: to listen.
///
///     MilterStandIn ADDRESS [mode=0660] [group=NAME] [without-reply] [count-signals] [counting=NAME] [stay]
///
/// With `counting=X-Name` it writes `X-Name: saw 5 X-Spam` instead: how many X-Spam-* fields it was shown.
/// Says `listening ADDRESS` or `failed ERROR` (exit status 69). Adds `X-Stand-In` to every message. Answers lines on its standard
/// input: `count` with `made N closed N rss KIB threads N`, `owns` with `true` or `false`, `remove` with `removed`,
/// `await-signals N` with `signals N` when so many came, `delay` with `none` when a TCP listener sends at once, `owed` with how many answers
/// are not written. Ends with its input, or with `stay` not at all.
@main
struct MilterStandIn {
    static func main() {
        var words = CommandLine.arguments.dropFirst()
        guard let text = words.popFirst() else { fail("usage: MilterStandIn ADDRESS [OPTION ..]", status: 64) }
        do throws(MilterError) {
            var configuration = ListenerConfiguration(name: "stand-in", address: try ListenAddress(text))
            configuration.negotiation.actions = [.addHeaders]
            for word in words { apply(word, to: &configuration) }
            let listener = try MilterListener.open(
                configuration,
                onProblem: { say("problem \($0)") },
                makeSession: { TaggingSession() }
            )
            try listener.start { exit($0 == 0 ? 0 : 70) }
            say("listening \(listener.address)")
            while let line = nextLine() { answer(line, listener) }
            if words.contains("stay") { while true { pause() } }
            listener.removeSocketIfOurs()
        } catch {
            fail("failed \(error)", status: 69)
        }
    }

    /// How many signals came to the main thread.
    private static let signals = Atomic(0)
    private static let mainThread = Atomic<UInt>(0)

    private static func countSignals() {
        mainThread.store(UInt(pthread_self()), ordering: .relaxed)
        signals.store(0, ordering: .relaxed)
        // Whoever started us may have handed down a mask, as a test's thread does; libmilter would be sent them then.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_UNBLOCK, &all, nil)
        for number in [SIGHUP, SIGTERM, SIGINT] {
            _ = signal(number) { _ in
                guard UInt(pthread_self()) == MilterStandIn.mainThread.load(ordering: .relaxed) else { return }
                MilterStandIn.signals.add(1, ordering: .relaxed)
            }
        }
    }

    private static func awaitSignals(_ count: Int) {
        while signals.load(ordering: .relaxed) < count { usleep(1000) }
        say("signals \(signals.load(ordering: .relaxed))")
    }

    /// Whether the listening TCP socket passes on a piece without waiting for an acknowledgement of the one before.
    private static var sendsAtOnce: Bool {
        (0..<256).contains { (descriptor: Int32) in
            var listens: Int32 = 0
            var atOnce: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0
                && getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &atOnce, &size) == 0 && atOnce != 0
        }
    }

    /// A line of standard input; nil at its end. Standard I/O may stop reading for good when a signal comes.
    private static func nextLine() -> String? {
        var line = Bytes()
        var byte: UInt8 = 0
        while true {
            let count = read(0, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1 else { return nil }
            if byte == 0x0A { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
    }

    private static func apply(_ word: String, to configuration: inout ListenerConfiguration) {
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        switch parts[0] {
        case "mode": configuration.socketMode = UInt16(parts[1], radix: 8) ?? 0
        case "group": configuration.socketGroup = parts[1]
        case "count-signals": countSignals()
        case "counting": TaggingSession.countingName.withLock { $0 = HeaderName(parts[1]) }
        case "stay": break
        case "without-reply":
            configuration.negotiation.withoutReply = [.helo, .recipient, .header, .endOfHeaders, .body]
            configuration.negotiation.notWanted = [.data, .unknownCommand]
        default: fail("unknown option \(word)", status: 64)
        }
    }

    private static func answer(_ line: String, _ listener: MilterListener) {
        switch line {
        case "count":
            let counts = TaggingSession.counts.withLock { $0 }
            say("made \(counts.made) closed \(counts.closed) rss \(status("VmRSS:")) threads \(status("Threads:"))")
        case "owns": say("\(listener.ownsSocket)")
        case "remove":
            listener.removeSocketIfOurs()
            say("removed")
        case "owed": say(LastAnswers().owed.map { "\($0)" } ?? "unknown")
        case "delay": say(sendsAtOnce ? "none" : "some")
        default:
            if line.hasPrefix("await-signals "), let count = Int(line.dropFirst(14)) { awaitSignals(count) }
        }
    }

    /// A number of /proc/self/status.
    private static func status(_ key: String) -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return -1 }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 256)
        while fgets(&buffer, 256, file) != nil {
            let line = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if line.hasPrefix(key) { return Int(line.filter(\.isNumber)) ?? -1 }
        }
        return -1
    }

    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(1, bytes, bytes.count)
    }

    private static func fail(_ line: String, status: Int32) -> Never {
        say(line)
        exit(status)
    }
}

/// Gathers a message as a filter would and adds a header.
private final class TaggingSession: MilterSession {
    struct Counts: Sendable {
        var made = 0
        var closed = 0
    }
    static let counts = Mutex(Counts())
    /// The field that says how many X-Spam-* fields there were; nil: X-Stand-In says how long the body is.
    static let countingName = Mutex<HeaderName?>(nil)

    private var body = Bytes()
    private var spamFields = 0

    init() { Self.counts.withLock { $0.made += 1 } }

    func mail(_ sender: Envelope.Address, _ context: borrowing CallbackContext) -> SessionStatus {
        body = []
        spamFields = 0
        return .continue
    }

    func header(_ field: HeaderField, _ context: borrowing CallbackContext) -> SessionStatus {
        if field.name.bytes.startsIgnoringASCIICase(with: "X-Spam-".utf8) { spamFields += 1 }
        return .continue
    }

    func body(_ chunk: UnsafeRawBufferPointer, _ context: borrowing CallbackContext) -> SessionStatus {
        body += chunk
        return .continue
    }

    func endOfMessage(_ context: borrowing EndOfMessageContext) -> SessionStatus {
        let counting = Self.countingName.withLock { $0 }
        let value = HeaderValue(counting == nil ? "size=\(body.count)" : "saw \(spamFields) X-Spam")
        do throws(MilterError) {
            try context.perform(.insertHeader(index: 1, name: counting ?? "X-Stand-In", value: value))
            return .continue
        } catch {
            return .tempfail(nil)
        }
    }

    func abort() { body = [] }

    func close() { Self.counts.withLock { $0.closed += 1 } }
}
