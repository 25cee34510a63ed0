/// What can go wrong in this room. The text is fit for an operator.
package enum MilterError: Error, Equatable, CustomStringConvertible {
    /// The text is no address; `expected` says what would be one.
    case address(text: String, expected: String)
    /// Another instance holds the lock file.
    case secondInstance(lock: String)
    /// Somebody else listens there: a live unix socket or a taken port.
    case taken(address: String)
    /// The folder of a unix socket is not there.
    case folderMissing(String)
    /// Something other than a socket is in the way.
    case notASocket(String)
    /// We may not create the socket or listen on the port.
    case permissionDenied(path: String)
    /// The host of an inet address does not resolve, or is no address of this machine.
    case hostNotOurs(host: String, reason: String)
    /// The socket's group does not exist or cannot be given.
    case group(name: String, reason: String)
    /// A system call failed in a way that has no case of its own.
    case system(call: String, errno: Int32)
    /// A function of libmilter failed; it says why to syslog, in the facility mail.
    case libmilter(function: String)
    /// libmilter can listen only once in a process.
    case alreadyListening

    /// A modification that was not negotiated, or that this MTA cannot do.
    case notAgreed(modification: String)
    /// A modification that cannot be sent as it is.
    case notLawful(modification: String, expected: String)
    /// libmilter did not send a modification: the MTA has gone, or it is too large for a packet of 65535 bytes.
    case notSent(modification: String)

    package var description: String {
        switch self {
        case .address(let text, let expected): "\"\(text)\" is no milter address: expected \(expected)"
        case .secondInstance(let lock): "another instance is running: it holds the lock \(lock)"
        case .taken(let address): "\(address) is taken: another program listens there"
        case .folderMissing(let path): "the folder \(path) for the milter socket does not exist"
        case .notASocket(let path): "\(path) exists and is no socket; remove it or choose another path"
        case .permissionDenied(let path): "no permission to listen on \(path)"
        case .hostNotOurs(let host, let reason): "cannot listen on the host \(host): \(reason)"
        case .group(let name, let reason): "cannot give the milter socket to the group \(name): \(reason)"
        case .system(let call, let errno): "\(call): \(SystemError.text(errno))"
        case .libmilter(let function): "libmilter's \(function) failed; it logs the reason to syslog (facility mail)"
        case .alreadyListening: "libmilter can listen only once in a process"
        case .notAgreed(let modification): "\(modification) was not agreed with the MTA"
        case .notLawful(let modification, let expected): "\(modification) cannot be sent: expected \(expected)"
        case .notSent(let modification): "\(modification) was not sent: the MTA has gone, or it is too large"
        }
    }
}
