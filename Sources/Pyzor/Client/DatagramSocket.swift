import NIOCore
import NIOPosix

/// A connected UDP socket with its questions in flight. Lives on one event loop; the only file that touches the network.
///
/// Connected means that the kernel drops whatever does not come from the server's address and port, and that it tells
/// when the server's host refuses.
final class DatagramSocket {
    /// What a socket tells its owner, on the event loop.
    protocol Owner: AnyObject {
        func received(_ packet: ByteBuffer, on socket: DatagramSocket)
        func failed(_ error: any Error, on socket: DatagramSocket)
    }

    let address: SocketAddress
    let birth = NIODeadline.now()
    var threads = ThreadTable<Exchange>()
    private let channel: EventLoopFuture<any Channel>
    private let inbox: Inbox
    private let loop: any EventLoop

    /// Opens a socket; what goes wrong with that is told to the first who sends.
    init(to address: SocketAddress, on loop: any EventLoop, owner: any Owner) {
        self.address = address
        self.loop = loop
        inbox = Inbox(owner: owner)
        let inbox = NIOLoopBound(self.inbox, eventLoop: loop)
        channel = DatagramBootstrap(group: loop)
            // A reply longer than this is cut, as pyzor's own client cuts it (`client.py`, max_packet_size).
            .channelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: PyzorRequest.largestPacket)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(inbox.value)
                }
            }
            .connect(to: address)
        self.inbox.socket = self
    }

    /// Sends a packet; the result is called on the event loop.
    func send(_ packet: ByteBuffer, then result: @escaping (Result<Void, any Error>) -> Void) {
        let result = NIOLoopBound(result, eventLoop: loop)
        channel.flatMap { $0.writeAndFlush(packet) }.whenComplete { result.value($0) }
    }

    /// Closes it; the owner hears nothing of it any more.
    func close() {
        inbox.socket = nil
        channel.whenSuccess { $0.close(promise: nil) }
    }

    /// The end of the channel's pipeline: hands everything to the owner.
    private final class Inbox: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>

        private weak let owner: (any Owner)?
        weak var socket: DatagramSocket?

        init(owner: any Owner) {
            self.owner = owner
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard let socket else { return }
            owner?.received(unwrapInboundIn(data).data, on: socket)
        }

        func channelInactive(context: ChannelHandlerContext) {
            guard let socket else { return }
            owner?.failed(ChannelError.alreadyClosed, on: socket)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            guard let socket else { return }
            owner?.failed(error, on: socket)
        }
    }
}
