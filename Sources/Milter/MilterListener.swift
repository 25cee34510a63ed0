import CMilter
import Glibc

/// The process' ear for MTAs: a listening socket, and libmilter's threads that serve it.
///
/// `open` binds and listens, so that MTAs that come early wait instead of failing; `start` serves them. libmilter can do this
/// only once in a process, and there is no stop: `smfi_stop` strands messages and may remove another daemon's socket.
/// Drain by answering, remove the socket if it is ours, and leave the process.
///
/// Not done here: running several listeners, taking a socket from systemd (libmilter has no call for it), dropping privileges.
package final class MilterListener: Sendable {
    /// Where it listens: as configured, with the port that the system chose for port 0.
    package let address: ListenAddress
    private let file: SocketFile?
    private let descriptor: Int32

    private init(address: ListenAddress, file: SocketFile?, descriptor: Int32) {
        self.address = address
        self.file = file
        self.descriptor = descriptor
    }

    /// Binds and listens. Call it before other threads create files: the umask changes for a moment.
    ///
    /// - Parameters:
    ///   - onProblem: told of slips of a session and of MTAs that cannot do what is asked, on any thread.
    ///   - makeSession: called for each connection of an MTA, on any thread.
    package static func open(
        _ configuration: ListenerConfiguration,
        onProblem: @escaping @Sendable (String) -> Void,
        makeSession: @escaping @Sendable () -> any MilterSession
    ) throws(MilterError) -> MilterListener {
        let registration = Registration(
            onProblem: onProblem,
            makeSession: makeSession,
            negotiation: configuration.negotiation
        )
        guard registration.install() else { throw .alreadyListening }
        do {
            return try listen(configuration)
        } catch {
            Registration.remove()
            throw error
        }
    }

    /// Serves MTAs from now on, on threads of libmilter's. libmilter takes no signals.
    ///
    /// - Parameter onEnd: told what smfi_main returned. It does not return by itself but after failures in a row.
    package func start(onEnd: @escaping @Sendable (Int32) -> Void) throws(MilterError) {
        Registration.tellEnd(to: onEnd)
        refuseConnections(from: .max)
        // First the watch: a callback that blocks wakes it once only.
        var error = PoolKnock.shared.start(listener: descriptor)
        if error == 0 { error = startLibMilter() }
        guard error == 0 else { throw .system(call: "starting libmilter's thread", errno: error) }
    }

    /// Refuses connections of MTAs from now on that would get this descriptor or a higher one: they are closed before a word.
    /// Those that would get none are refused in any case.
    package func refuseConnections(from descriptor: Int32) { cmilter_guard_listener(self.descriptor, descriptor) }

    /// How many connections were refused for want of descriptors.
    package var refusedConnections: Int { cmilter_refused_connections() }

    /// Connects to the socket as an MTA does, negotiates and leaves: what is wrong with it, or nil. Neither sessions nor their
    /// limits know of it. Blocks until the deadline at the latest, so not for Tasks.
    package func probe(until deadline: ContinuousClock.Instant) -> String? {
        let outcome = ListenerProbe(listener: descriptor).run(until: deadline)
        if case .silent(let reason) = outcome { return reason }
        return nil
    }

    /// Whether MTAs that connect now reach us: false once the socket file was removed or replaced.
    package var ownsSocket: Bool { file.map(\.isOurs) ?? true }

    /// Removes the socket file, unless another one stands in its place.
    package func removeSocketIfOurs() { file?.removeIfOurs() }
}

extension MilterListener {
    private static func listen(_ configuration: ListenerConfiguration) throws(MilterError) -> MilterListener {
        let address = configuration.address
        switch address.endpoint {
        case .unix(let path):
            let file = try SocketFile.claim(path)
            do {
                let descriptor = try opened(configuration, AF_UNIX)
                let bound = file.bound()
                if let group = configuration.socketGroup { try give(bound, to: group) }
                return MilterListener(address: address, file: bound, descriptor: descriptor)
            } catch {
                file.release()
                throw error
            }
        case .inet(let host, let port):
            try probe(AF_INET, host, port, address)
            return try listenInet(configuration, AF_INET)
        case .inet6(let host, let port):
            try probe(AF_INET6, host, port, address)
            return try listenInet(configuration, AF_INET6)
        }
    }

    private static func give(_ file: SocketFile, to group: String) throws(MilterError) {
        do {
            try file.give(to: group)
        } catch {
            file.removeIfOurs()
            throw error
        }
    }

    private static func listenInet(
        _ configuration: ListenerConfiguration,
        _ family: Int32
    ) throws(MilterError) -> MilterListener {
        let descriptor = try opened(configuration, family)
        // Without it a message with several modifications waits 40 ms for a delayed ACK.
        let error = descriptor < 0 ? EBADF : cmilter_send_at_once(descriptor)
        guard error == 0 else { throw .system(call: "setting TCP_NODELAY on the milter socket", errno: error) }
        let address = configuration.address.with(port: cmilter_bound_port(descriptor))
        return MilterListener(address: address, file: nil, descriptor: descriptor)
    }

    /// Opens libmilter's socket and finds its descriptor, which libmilter does not tell; -1 if that fails.
    private static func opened(_ configuration: ListenerConfiguration, _ family: Int32) throws(MilterError) -> Int32 {
        let others = listeners(family)
        try openSocket(configuration)
        return cmilter_find_listener(family, others, Int32(others.count))
    }

    private static func listeners(_ family: Int32) -> [Int32] {
        var found: [Int32] = []
        while true {
            let next = cmilter_find_listener(family, found, Int32(found.count))
            guard next >= 0 else { return found }
            found.append(next)
        }
    }

    private static func openSocket(_ configuration: ListenerConfiguration) throws(MilterError) {
        var callbacks = milterCallbacks()
        try check(cmilter_register(configuration.name, &callbacks), "smfi_register")
        try check(cmilter_set_connection(configuration.address.libmilterForm), "smfi_setconn")
        try check(smfi_settimeout(configuration.timeout), "smfi_settimeout")
        try check(smfi_setbacklog(configuration.backlog), "smfi_setbacklog")
        try check(cmilter_open_socket(mode_t(configuration.socketMode)), "smfi_opensocket")
        Registration.noteSocket()
    }

    private static func check(_ result: Int32, _ function: String) throws(MilterError) {
        guard result == MI_SUCCESS else { throw .libmilter(function: function) }
    }

    /// Finds out why an address cannot be bound: libmilter tells that only to syslog.
    private static func probe(
        _ family: Int32,
        _ host: String,
        _ port: UInt16,
        _ address: ListenAddress
    ) throws(MilterError) {
        let error = cmilter_probe_inet(family, host, port)
        switch error {
        case 0: return
        case ..<0: throw .hostNotOurs(host: host, reason: String(cString: gai_strerror(error)))
        case EADDRINUSE: throw .taken(address: address.description)
        case EACCES, EPERM: throw .permissionDenied(path: address.description)
        case EADDRNOTAVAIL: throw .hostNotOurs(host: host, reason: "no address of this machine")
        default: throw .system(call: "listening on \(address)", errno: error)
        }
    }
}
