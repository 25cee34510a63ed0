/// What is asked of spamd: the first word of a request.
///
/// spamd knows the ten words below; another server may know more, so any lawful word can be made with ``init(_:)``.
/// Verbs are upper case on the wire and spamd compares them so (`check` is answered with 76).
///
/// Source: spamd/PROTOCOL; spamd/spamd.raw, accept_a_conn.
public struct Verb: Hashable, Sendable, CustomStringConvertible {
    /// The word as it stands on the wire.
    public let name: String

    private init(known name: String) { self.name = name }

    /// A verb of the caller's own.
    ///
    /// Nil unless it is 1 to 64 of `A`-`Z`, `0`-`9`, `_` and `-`.
    public init?(_ name: String) {
        let lawful = { (byte: UInt8) in
            (0x41...0x5a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5f || byte == 0x2d
        }
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(lawful) else { return nil }
        self.name = name
    }

    public var description: String { name }
}

extension Verb {
    /// Is it spam? The answer holds verdict, score and threshold, and no body.
    public static let check = Self(known: "CHECK")
    /// The same, and the names of the rules that matched.
    public static let symbols = Self(known: "SYMBOLS")
    /// The same, and the report for people.
    public static let report = Self(known: "REPORT")
    /// The report, if it is spam. QUIRK: its verdict says `Yes` and `No` (spamd.raw, check).
    public static let reportIfSpam = Self(known: "REPORT_IFSPAM")
    /// The message as SpamAssassin would deliver it.
    public static let process = Self(known: "PROCESS")
    /// The header of that message.
    public static let headers = Self(known: "HEADERS")
    /// Learn, forget, report or revoke.
    public static let tell = Self(known: "TELL")
    /// Are you there? Answered with PONG.
    public static let ping = Self(known: "PING")
    /// Nothing is asked and nothing is answered: spamd closes.
    public static let skip = Self(known: "SKIP")

    /// All that spamd 4 knows.
    public static let known: [Verb] = [
        .check, .symbols, .report, .reportIfSpam, .process, .headers, .tell, .ping, .skip,
    ]
}

extension Verb {
    /// Whether a request with it carries a message: all but PING and SKIP.
    public var carriesBody: Bool { self != .ping && self != .skip }

    /// Whether its answer must hold a verdict.
    var wantsVerdict: Bool {
        switch self {
        case .check, .symbols, .report, .reportIfSpam, .process, .headers: true
        default: false
        }
    }

    /// Whether asking twice changes nothing, so that a second server may be asked after a request was sent.
    ///
    /// A verb that we do not know is taken to change something, as TELL does.
    var isRepeatable: Bool { wantsVerdict || !carriesBody }

    /// Whether its answer ends with its header unless a Content-length says otherwise.
    var answersWithoutBody: Bool { self == .check || self == .tell || !carriesBody }
}
