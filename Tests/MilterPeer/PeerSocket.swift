import Glibc
import Mail

/// The connection under a `Peer`: bytes, and a deadline for every wait.
final class PeerSocket {
    private var descriptor: Int32
    private let timeout: Int32

    init(path: String, timeout: Int32) throws {
        self.timeout = timeout
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Bytes(path.utf8).prefix(107)) }
        try connect(address)
    }

    init(port: UInt16, isIPv6: Bool, timeout: Int32) throws {
        self.timeout = timeout
        descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = in6addr_loopback
            try connect(address)
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            try connect(address)
        }
    }

    deinit { close() }

    func close() {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
        descriptor = -1
    }

    func send(_ bytes: Bytes) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw Peer.Failure.closed }
            rest = rest.dropFirst(count)
        }
    }

    func read(_ count: Int) throws -> Bytes {
        var result = Bytes()
        while result.count < count {
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, timeout * 1000) > 0 else { throw Peer.Failure.timeout }
            var buffer = Bytes(repeating: 0, count: count - result.count)
            let got = recv(descriptor, &buffer, buffer.count, 0)
            guard got > 0 else { throw Peer.Failure.closed }
            result += buffer[..<got]
        }
        return result
    }

    private func connect<Address>(_ address: Address) throws {
        var address = address
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else {
            let error = errno
            close()
            throw Peer.Failure.cannotConnect(errno: error)
        }
    }
}
