import Glibc

/// A blocking socket, closed with its last owner. No call waits longer than a minute, unless it waits for whoever comes.
final class Socket: Sendable {
    let descriptor: Int32

    init(adopting descriptor: Int32) {
        self.descriptor = descriptor
        setLimit(SO_RCVTIMEO, milliseconds: 60_000)
        setLimit(SO_SNDTIMEO, milliseconds: 60_000)
    }

    deinit { close(descriptor) }

    private static func make(_ family: Int32, _ kind: __socket_type) throws -> Socket {
        let descriptor = socket(family, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw RigError.system("socket") }
        return Socket(adopting: descriptor)
    }

    // MARK: Opening

    static func connected(toPort port: Int) throws -> Socket {
        let socket = try make(AF_INET, SOCK_STREAM)
        guard withLoopback(port, { connect(socket.descriptor, $0, $1) }) == 0 else {
            throw RigError.system("connect to 127.0.0.1:\(port)")
        }
        return socket
    }

    /// Begins to connect, and does not wait for what comes of it.
    static func connecting(toPort port: Int) throws -> Socket {
        let socket = try make(AF_INET, SOCK_STREAM)
        _ = fcntl(socket.descriptor, F_SETFL, O_NONBLOCK)
        guard withLoopback(port, { connect(socket.descriptor, $0, $1) }) == 0 || errno == EINPROGRESS else {
            throw RigError.system("connect to 127.0.0.1:\(port)")
        }
        return socket
    }

    static func bound(toPort port: Int = 0) throws -> Socket {
        let socket = try make(AF_INET, SOCK_STREAM)
        var yes: Int32 = 1
        setsockopt(socket.descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard withLoopback(port, { bind(socket.descriptor, $0, $1) }) == 0 else {
            throw RigError.system("bind 127.0.0.1:\(port)")
        }
        return socket
    }

    static func listening(onPort port: Int = 0, backlog: Int32 = 1_024) throws -> Socket {
        let socket = try bound(toPort: port)
        guard listen(socket.descriptor, backlog) == 0 else { throw RigError.system("listen on 127.0.0.1:\(port)") }
        socket.waitForComers()
        return socket
    }

    static func datagrams(onPort port: Int = 0) throws -> Socket {
        let socket = try make(AF_INET, SOCK_DGRAM)
        guard withLoopback(port, { bind(socket.descriptor, $0, $1) }) == 0 else {
            throw RigError.system("bind 127.0.0.1:\(port)")
        }
        return socket
    }

    static func connected(toPath path: String) throws -> Socket {
        let socket = try make(AF_UNIX, SOCK_STREAM)
        guard try withPath(path, { connect(socket.descriptor, $0, $1) }) == 0 else {
            throw RigError.system("connect to \(path)")
        }
        return socket
    }

    /// Bound, and deaf: who connects is refused, who sends a datagram gets an ICMP error. Nobody else gets the port: there is
    /// no SO_REUSEADDR.
    static func refusing(_ kind: __socket_type) throws -> Socket {
        let socket = try make(AF_INET, kind)
        guard withLoopback(0, { bind(socket.descriptor, $0, $1) }) == 0 else { throw RigError.system("bind") }
        // A datagram socket with a peer (here: itself) hears nobody else.
        if kind == SOCK_DGRAM, withLoopback(socket.port, { connect(socket.descriptor, $0, $1) }) != 0 {
            throw RigError.system("connect")
        }
        return socket
    }

    /// A unix datagram socket bound to `path`, as systemd's notification socket is.
    static func datagrams(atPath path: String) throws -> Socket {
        let socket = try make(AF_UNIX, SOCK_DGRAM)
        guard try withPath(path, { bind(socket.descriptor, $0, $1) }) == 0 else {
            throw RigError.system("bind \(path)")
        }
        return socket
    }

    var port: Int {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        return address
    }

    // MARK: Using

    /// From now on `accepted` and `receive` wait until somebody comes, or the socket is shut.
    func waitForComers() { setLimit(SO_RCVTIMEO, milliseconds: 0) }

    /// `receive` waits so long at most.
    func limitReceiving(milliseconds: Int) { setLimit(SO_RCVTIMEO, milliseconds: milliseconds) }

    private func setLimit(_ option: Int32, milliseconds: Int) {
        var limit = timeval(tv_sec: milliseconds / 1_000, tv_usec: milliseconds % 1_000 * 1_000)
        setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// The next connection; nil when the socket was shut.
    func accepted() -> Socket? {
        var accepted: Int32
        repeat { accepted = accept(descriptor, nil, nil) } while accepted < 0 && [EINTR, ECONNABORTED].contains(errno)
        guard accepted >= 0 else { return nil }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        return Socket(adopting: accepted)
    }

    /// How many packets of this length, which nobody reads, make a unix socket say that it is not ready for more.
    static func packets(ofLength length: Int) throws -> Int {
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
            throw RigError.system("socketpair")
        }
        let (writer, reader) = (Socket(adopting: ends[0]), Socket(adopting: ends[1]))
        defer { withExtendedLifetime(reader) {} }
        var event = pollfd(fd: writer.descriptor, events: Int16(POLLOUT), revents: 0)
        var count = 0
        while poll(&event, 1, 0) == 1 {
            try writer.write([UInt8](repeating: 0, count: length))
            count += 1
        }
        return count
    }

    /// How much has arrived and was not read.
    var waitingBytes: Int {
        var count: Int32 = 0
        return ioctl(descriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : -1
    }

    /// What has arrived, at least one byte; nil at the end of the stream.
    func read(upTo count: Int = 65536) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var got: Int
        repeat { got = recv(descriptor, &bytes, count, 0) } while got < 0 && errno == EINTR
        guard got >= 0 else { throw RigError.system("read") }
        return got == 0 ? nil : Array(bytes[..<got])
    }

    func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let more = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard more >= 0 || errno == EINTR else { throw RigError.system("write") }
            sent += max(more, 0)
        }
    }

    /// A datagram and who sent it; nil when the socket was shut, or nothing came within its limit.
    func receive() -> (bytes: [UInt8], sender: sockaddr_in)? {
        var bytes = [UInt8](repeating: 0, count: 65536)
        var sender = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let got = withUnsafeMutablePointer(to: &sender) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(descriptor, &bytes, bytes.count, 0, $0, &size)
            }
        }
        guard got > 0 else { return nil }
        return (Array(bytes[..<got]), sender)
    }

    func send(_ bytes: [UInt8], to receiver: sockaddr_in) {
        var receiver = receiver
        _ = withUnsafePointer(to: &receiver) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Whether the other side has gone altogether: reset the connection, or closed both directions of it.
    var isAbandoned: Bool {
        var event = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&event, 1, 0) > 0 && Int32(event.revents) & (POLLHUP | POLLERR) != 0
    }

    /// Ends the conversation by a reset at its end: closing sends RST in place of FIN.
    func reset() {
        var nothing = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &nothing, socklen_t(MemoryLayout<linger>.size))
    }

    /// Ends the conversation: whoever waits in a call on it, here or at the other side, goes on.
    func shut() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

private func withLoopback(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = Socket.loopback(port)
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
}

private func withPath(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) throws -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < capacity else { throw RigError("the path of a socket is too long: \(path)") }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
}
