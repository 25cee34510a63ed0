import CMilter
import Glibc
import Mail
import Synchronization

@testable import Daemon
@testable import Milter

extension FuzzTarget {
    /// Everything from libmilter's callbacks to the answer and the log line: whole connections of an MTA.
    static let milterEvents = FuzzTarget(name: "milter-events") { bytes in
        var run = MilterRun()
        for step in MilterScript(bytes).steps { run.take(step) }
        run.end()
    }
}

/// One run: an MTA's connections to a daemon that was just started.
private struct MilterRun {
    private let state: DaemonState
    private let callbacks = milterCallbacks()
    private var context: OpaquePointer?
    private var agreed = Negotiation.Agreed()

    private static let log = CheckedLog()

    init() {
        MTA.present.withLock { $0.reset() }
        ScannerAnswers.present.withLock { $0 = ScannerAnswers() }
        let state = DaemonState(log: Self.log.output, live: Rooms.all[0])
        self.state = state
        Self.log.configure(for: state.live)
        Registration.remove()
        let registration = Registration(
            onProblem: { state.log.write(LogRecord(.error, "milter: \($0)")) },
            makeSession: { MailSession(state: state) },
            negotiation: state.live.negotiation
        )
        demand(registration.install(), "a process without a socket can begin anew")
    }

    mutating func take(_ step: MilterScript.Step) {
        switch step.letter {
        case UInt8(ascii: "="), UInt8(ascii: "Y"): choose(Int(truncatingIfNeeded: step.text.number() % 1_000))
        case UInt8(ascii: "s"): ScannerAnswers.present.withLock { $0.spamd = step.text }
        case UInt8(ascii: "p"): ScannerAnswers.present.withLock { $0.pyzor = step.text }
        case UInt8(ascii: "X"): _ = state.drain.begin()
        case UInt8(ascii: "G"): MTA.present.withLock { $0.isGone.toggle() }
        case UInt8(ascii: "D"): setMacro(step.text)
        case UInt8(ascii: "O"): negotiate(step.words)
        case UInt8(ascii: "Q"), UInt8(ascii: "K"): close(goesOn: step.letter == UInt8(ascii: "K"))
        default: if let context { tell(step, context) }
        }
    }

    /// The end of the process' connections: nothing of them is held any more, and the log says only lines.
    mutating func end() {
        close(goesOn: false)
        demand(state.admission.inFlight == 0, "no message is in flight: \(state.admission.inFlight)")
        demand(state.admission.connections == 0, "no connection is counted: \(state.admission.connections)")
        demand(state.admission.bufferedBytes == 0, "no byte is reserved: \(state.admission.bufferedBytes)")
        Self.log.check()
    }

    private func choose(_ number: Int) {
        state.live = Rooms.all[number % Rooms.all.count]
        Self.log.configure(for: state.live)
    }

    private func setMacro(_ text: [UInt8]) {
        let parts = text.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
        MTA.present.withLock { $0.set(Array(parts[0]), parts.count > 1 ? Array(parts[1]) : []) }
    }

    private mutating func negotiate(_ words: [[UInt8]]) {
        close(goesOn: false)
        let actions = UInt(truncatingIfNeeded: words.first?.number(radix: 16) ?? 0x1FF)
        let steps = UInt(truncatingIfNeeded: words.dropFirst().first?.number(radix: 16) ?? 0x1F_FFFF)
        let opened = fuzz_open()
        var ours: (UInt, UInt, UInt, UInt) = (0, 0, 0, 0)
        let status = callbacks.negotiate(opened, actions, steps, 0, 0, &ours.0, &ours.1, &ours.2, &ours.3)
        demand(status == SMFIS_CONTINUE, "a negotiation goes on: \(status)")
        let session = demanded(cmilter_private(opened), "a connection has its session")
        agreed = Unmanaged<Connection>.fromOpaque(session).takeUnretainedValue().agreed
        context = opened
    }

    private mutating func close(goesOn: Bool) {
        guard let context else { return }
        demand(callbacks.close(context) == SMFIS_CONTINUE, "close goes on")
        demand(cmilter_private(context) == nil, "nothing hangs on a closed connection")
        if goesOn { return }
        fuzz_close(context)
        self.context = nil
    }
}

// MARK: - Commands

extension MilterRun {
    private func tell(_ step: MilterScript.Step, _ context: OpaquePointer) {
        switch step.letter {
        case UInt8(ascii: "C"): connect(step.words, context)
        case UInt8(ascii: "H"): check(step.text.withCString { callbacks.helo(context, $0) }, .helo)
        case UInt8(ascii: "M"):
            MTA.present.withLock { $0.beginMessage() }
            check(step.words.withArguments { callbacks.mail(context, $0) }, .mail)
        // An MTA has no recipient without a word.
        case UInt8(ascii: "R") where step.words.first?.asCommandWord.isEmpty ?? true: break
        case UInt8(ascii: "R"): check(step.words.withArguments { callbacks.recipient(context, $0) }, .recipient)
        case UInt8(ascii: "T"): check(callbacks.data(context), .data)
        case UInt8(ascii: "L"): header(step.text, context)
        case UInt8(ascii: "N"): check(callbacks.end_of_headers(context), .endOfHeaders)
        case UInt8(ascii: "B"):
            var text = step.text
            let status = text.withUnsafeMutableBufferPointer { callbacks.body(context, $0.baseAddress, $0.count) }
            check(status, .body)
        case UInt8(ascii: "E"): endOfMessage(context)
        case UInt8(ascii: "A"):
            demand(callbacks.abort(context) == SMFIS_CONTINUE, "abort goes on")
            MTA.present.withLock { $0.beginMessage() }
        case UInt8(ascii: "U"): check(step.text.withCString { callbacks.unknown_command(context, $0) }, .unknownCommand)
        default: break
        }
    }

    private func connect(_ words: [[UInt8]], _ context: OpaquePointer) {
        let family = words.first?.first ?? UInt8(ascii: "U")
        let address = words.count > 1 ? words[1] : []
        let port = UInt16(truncatingIfNeeded: words.count > 2 ? words[2].number() : 0)
        let name = words.count > 3 ? words[3] : []
        let status = name.withCString { name in
            ClientAddress.with(family, address, port) { callbacks.connect(context, name, $0) }
        }
        check(status, .connect)
    }

    private func header(_ text: [UInt8], _ context: OpaquePointer) {
        var parts = text.split(separator: 0x3A, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        parts[0] = parts[0].asCommandWord
        MTA.present.withLock { $0.show(HeaderName(received: parts[0])) }
        let value = parts.count > 1 ? parts[1] : []
        let status = parts[0].withCString { name in value.withCString { callbacks.header(context, name, $0) } }
        check(status, .header)
    }

    private func endOfMessage(_ context: OpaquePointer) {
        MTA.present.withLock { mta in
            mta.forgetAnswer()
            mta.isAtEnd = true
        }
        let status = callbacks.end_of_message(context)
        let mta = MTA.present.withLock { mta in
            mta.isAtEnd = false
            return mta
        }
        check(status, .endOfMessage)
        if status != SMFIS_CONTINUE {
            demand(mta.edits == 0 || mta.isGone, "a refused message is not edited: \(Self.log.text)")
        }
        if mta.replyLines > 0 {
            demand(status == SMFIS_REJECT || status == SMFIS_TEMPFAIL, "a reply goes with a refusal")
        }
        if mta.insertions > 0, status == SMFIS_CONTINUE {
            let forged = mta.fields.filter { $0.bytes.startsIgnoringASCIICase(with: "X-Spam-".utf8) }
            demand(forged.isEmpty, "no forged field stays beside ours: \(forged)")
        }
        MTA.present.withLock { $0.beginMessage() }
    }

    /// Where no reply was agreed there is none; elsewhere a lawful one.
    private func check(_ status: Int32, _ stage: Stage) {
        let lawful = [SMFIS_CONTINUE, SMFIS_ACCEPT, SMFIS_REJECT, SMFIS_TEMPFAIL, SMFIS_DISCARD]
        if let context, cmilter_private(context) == nil {
            demand(status == SMFIS_TEMPFAIL, "without a session all is put off")
        } else if agreed.withoutReply.contains(stage) {
            demand(status == SMFIS_NOREPLY, "no reply at \(stage), as agreed: \(status)")
        } else {
            demand(lawful.contains(status), "a lawful answer at \(stage): \(status)")
        }
    }
}

/// A client's address as libmilter gives it.
private enum ClientAddress {
    static func with<Result>(
        _ family: UInt8,
        _ text: [UInt8],
        _ port: UInt16,
        _ body: (UnsafeMutablePointer<sockaddr>?) -> Result
    ) -> Result {
        switch family {
        case UInt8(ascii: "4"):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            _ = text.withCString { inet_pton(AF_INET, $0, &address.sin_addr) }
            return withBytes(of: &address, body)
        case UInt8(ascii: "6"):
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            _ = text.withCString { inet_pton(AF_INET6, $0, &address.sin6_addr) }
            return withBytes(of: &address, body)
        case UInt8(ascii: "L"):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: text.prefix($0.count)) }
            return withBytes(of: &address, body)
        default: return body(nil)
        }
    }

    private static func withBytes<Address, Result>(
        of address: inout Address,
        _ body: (UnsafeMutablePointer<sockaddr>?) -> Result
    ) -> Result {
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
        }
    }
}

extension [UInt8] {
    /// A command and a field's name are one line, or they would not have come to the MTA as one; libmilter ends them at a NUL.
    fileprivate var asCommandWord: [UInt8] { prefix { $0 != 0 }.filter { $0 != 0x0A && $0 != 0x0D } }
}

extension [[UInt8]] {
    /// Calls `body` with the words as libmilter's argv: C strings and a null pointer behind them.
    fileprivate func withArguments<Result>(
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Result
    ) -> Result {
        var arguments = map { word in word.asCommandWord.withCString { strdup($0) } } + [nil]
        defer { for argument in arguments { free(argument) } }
        return arguments.withUnsafeMutableBufferPointer { body($0.baseAddress) }
    }
}
