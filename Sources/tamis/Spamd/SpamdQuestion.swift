import NIOCore
import Spamd

/// What `tamis spamd` asks of each message.
enum SpamdQuestion: Equatable {
    case ping
    case check
    case symbols
    case report
    case reportIfSpam
    case headers
    case process
    case tell(Tell)

    var verb: Verb {
        switch self {
        case .ping: .ping
        case .check: .check
        case .symbols: .symbols
        case .report: .report
        case .reportIfSpam: .reportIfSpam
        case .headers: .headers
        case .process: .process
        case .tell: .tell
        }
    }

    /// The request for this message.
    func request(_ message: [UInt8], user: String?, compress: Bool) throws(SpamdError) -> Request {
        let body = ByteBuffer(bytes: message)
        var request =
            if case .tell(let tell) = self { Request.tell(tell, body: body) } else { Request(verb, body: body) }
        if verb.carriesBody {
            try request.setUser(user)
            request.compress = compress
        }
        return request
    }

    /// Whether the answer is a message, which goes to standard output as it is.
    var answersWithMessage: Bool { self == .process || self == .headers }
}

/// The ways in which `tamis spamd tell` says what to do, of which exactly one is to be given.
struct TellWords {
    var learn: Tell.MessageClass?
    var forget = false
    var report = false
    var revoke = false
    var messageClass: Tell.MessageClass?
    var set: [Tell.Database] = []
    var remove: [Tell.Database] = []

    /// What they mean together.
    ///
    /// - Throws: ``SpamdError`` with `.invalidRequest` for none, several, or what spamd would refuse or misread.
    func tell() throws(SpamdError) -> Tell {
        let isFree = messageClass != nil || !set.isEmpty || !remove.isEmpty
        guard [learn != nil, forget, report, revoke, isFree].count(where: \.self) == 1 else {
            let ways = "--learn spam|ham, --forget, --report, --revoke, or --class with --set and --remove"
            throw SpamdError(.invalidRequest, text: "expected one of \(ways)")
        }
        if let learn { return .learn(learn) }
        if forget { return .forget }
        if report { return .report }
        if revoke { return .revoke }
        return try Tell(messageClass, set: Set(set), remove: Set(remove))
    }
}
