/// How to listen for MTAs.
package struct ListenerConfiguration: Sendable, Equatable {
    /// The name by which libmilter logs to syslog.
    package var name: String
    package var address: ListenAddress
    /// The permissions of a unix socket.
    package var socketMode: UInt16
    /// The group to give a unix socket to; nil leaves it as the system made it.
    package var socketGroup: String?
    /// How many connections the system may hold for us before we take them.
    package var backlog: Int32
    /// How long libmilter waits for an MTA's next command, in seconds. It must exceed the MTA's longest pause.
    package var timeout: Int32
    package var negotiation: Negotiation

    package init(
        name: String = "tamisd",
        address: ListenAddress,
        socketMode: UInt16 = 0o660,
        socketGroup: String? = nil,
        backlog: Int32 = 1024,
        timeout: Int32 = 7210,
        negotiation: Negotiation = Negotiation()
    ) {
        self.name = name
        self.address = address
        self.socketMode = socketMode
        self.socketGroup = socketGroup
        self.backlog = backlog
        self.timeout = timeout
        self.negotiation = negotiation
    }
}
