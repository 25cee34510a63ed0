/// The number in the first line of an answer: success, or one of the sysexits codes.
///
/// spamd 4.0.1 itself sends 0, 69, 76 and 79; the others come from other servers and proxies.
/// Source: spamd/spamd.raw, %resphash; sysexits.h.
public enum Status: Hashable, Sendable, CustomStringConvertible {
    /// 0: asked and answered.
    case ok
    /// 64 EX_USAGE: the request was used wrongly.
    case usage
    /// 65 EX_DATAERR: the data was wrong.
    case dataError
    /// 66 EX_NOINPUT: an input could not be read.
    case noInput
    /// 67 EX_NOUSER: the user does not exist.
    case noUser
    /// 68 EX_NOHOST: the host does not exist.
    case noHost
    /// 69 EX_UNAVAILABLE: a service is not there; spamd: TELL is not allowed, compression went wrong.
    case unavailable
    /// 70 EX_SOFTWARE: an error inside the server.
    case software
    /// 71 EX_OSERR: an error of the server's system.
    case osError
    /// 72 EX_OSFILE: a system file is missing or wrong.
    case osFile
    /// 73 EX_CANTCREAT: an output file could not be made.
    case cannotCreate
    /// 74 EX_IOERR: reading or writing failed.
    case ioError
    /// 75 EX_TEMPFAIL: try again later.
    case temporaryFailure
    /// 76 EX_PROTOCOL: the server did not understand the request.
    case protocolError
    /// 77 EX_NOPERM: not permitted.
    case noPermission
    /// 78 EX_CONFIG: the server's configuration is wrong.
    case configuration
    /// 79 EX_TIMEOUT: the scan, or reading the request, took the server too long.
    case timeout
    /// Any other number. It is an error too.
    case other(Int)

    private static let named: [(Int, Status, String)] = [
        (0, .ok, "EX_OK"), (64, .usage, "EX_USAGE"), (65, .dataError, "EX_DATAERR"), (66, .noInput, "EX_NOINPUT"),
        (67, .noUser, "EX_NOUSER"), (68, .noHost, "EX_NOHOST"), (69, .unavailable, "EX_UNAVAILABLE"),
        (70, .software, "EX_SOFTWARE"), (71, .osError, "EX_OSERR"), (72, .osFile, "EX_OSFILE"),
        (73, .cannotCreate, "EX_CANTCREAT"), (74, .ioError, "EX_IOERR"), (75, .temporaryFailure, "EX_TEMPFAIL"),
        (76, .protocolError, "EX_PROTOCOL"), (77, .noPermission, "EX_NOPERM"), (78, .configuration, "EX_CONFIG"),
        (79, .timeout, "EX_TIMEOUT"),
    ]

    /// The status with this number; every number has one.
    public init(code: Int) {
        self = Self.named.first { $0.0 == code }?.1 ?? .other(code)
    }

    /// The number on the wire.
    public var code: Int {
        if case .other(let code) = self { return code }
        return Self.named.first { $0.1 == self }?.0 ?? 0
    }

    /// The name in sysexits.h, such as `EX_TEMPFAIL`; `EX_` and the number for one that has no name.
    public var name: String {
        if case .other(let code) = self { return "EX_\(code)" }
        return Self.named.first { $0.1 == self }?.2 ?? "EX_OK"
    }

    public var description: String { "\(code) \(name)" }

    /// Whether another server, or the same one later, may well answer: 75 and 79.
    public var isTemporary: Bool { self == .temporaryFailure || self == .timeout }
}
