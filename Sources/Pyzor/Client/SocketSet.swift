import NIOCore

/// The few sockets over which one server is asked. Lives on one event loop.
///
/// A socket is taken at random and renewed often, so that neither the Thread nor the port of a question can be foreseen
/// by somebody who would forge an answer.
final class SocketSet {
    /// How many sockets there are and when one is renewed.
    struct Policy: Hashable, Sendable {
        /// Sockets per server.
        var count = 4
        /// Questions after which a socket is renewed.
        var questions = 64
        /// Age after which a socket is renewed when it is next needed.
        var age = TimeAmount.seconds(30)
    }

    private let policy: Policy
    private let loop: any EventLoop
    private var current: [DatagramSocket?]
    /// Renewed ones on which questions still wait.
    private var retired: [DatagramSocket] = []

    init(policy: Policy = Policy(), loop: any EventLoop) {
        self.policy = policy
        self.loop = loop
        self.current = Array(repeating: nil, count: max(1, policy.count))
    }

    /// A socket to that address with room for a question.
    func socket(to address: SocketAddress, owner: any DatagramSocket.Owner) -> DatagramSocket {
        let slot = Int.random(in: 0..<current.count)
        if let socket = current[slot] {
            let isWorn = socket.threads.uses >= policy.questions || socket.birth + policy.age < .now()
            if !isWorn && socket.address == address { return socket }
            retire(socket)
        }
        let socket = DatagramSocket(to: address, on: loop, owner: owner)
        current[slot] = socket
        return socket
    }

    /// Takes a socket out of use; it is closed as soon as nothing waits on it.
    func retire(_ socket: DatagramSocket) {
        for slot in current.indices where current[slot] === socket {
            current[slot] = nil
            retired.append(socket)
        }
        sweep()
    }

    /// Closes retired sockets on which nothing waits any more.
    func sweep() {
        let idle = retired.filter(\.threads.isEmpty)
        retired.removeAll(where: \.threads.isEmpty)
        for socket in idle { socket.close() }
    }

    /// Closes all of them.
    func close() {
        for socket in current.compactMap({ $0 }) + retired { socket.close() }
        current = Array(repeating: nil, count: current.count)
        retired = []
    }
}
