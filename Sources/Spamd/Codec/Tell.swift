/// What a TELL asks for: what the message is, and which databases are to know it or to forget it.
///
/// Only lawful combinations can be made. spamd does not check the class: with `Set: local` and anything but `spam` it
/// learns the message as ham (spamd.raw, got_message_class_header), so the class is a closed type and one must be given.
public struct Tell: Hashable, Sendable {
    /// What the message is.
    public enum MessageClass: String, Hashable, Sendable, CaseIterable {
        case spam
        case ham
    }

    /// A database: spamd's own (local), or the services it reports to (remote).
    public enum Database: String, Hashable, Sendable, CaseIterable {
        case local
        case remote
    }

    /// What the message is; nil when nothing is set.
    public let messageClass: MessageClass?
    /// Where it is learned or reported.
    public let set: Set<Database>
    /// Where it is forgotten or revoked.
    public let remove: Set<Database>

    /// Any lawful combination.
    ///
    /// - Throws: ``SpamdError`` with `.invalidRequest` if nothing is set or removed, if something is set without a class,
    ///   or if the same database is in both (spamd answers 76 to that).
    public init(_ messageClass: MessageClass?, set: Set<Database>, remove: Set<Database> = []) throws(SpamdError) {
        guard !set.isEmpty || !remove.isEmpty else { throw .invalidRequest("TELL: nothing to set or remove") }
        guard set.isEmpty || messageClass != nil else {
            throw .invalidRequest("TELL: Set needs a class, spam or ham (spamd would learn the message as ham)")
        }
        guard set.isDisjoint(with: remove) else {
            throw .invalidRequest("TELL: the same database cannot be set and removed at once")
        }
        self.init(known: messageClass, set, remove)
    }

    private init(known messageClass: MessageClass?, _ set: Set<Database>, _ remove: Set<Database>) {
        self.messageClass = messageClass
        self.set = set
        self.remove = remove
    }

    /// Train the local Bayes database.
    public static func learn(_ messageClass: MessageClass) -> Self { Self(known: messageClass, [.local], []) }
    /// Undo what was learned.
    public static let forget = Self(known: nil, [], [.local])
    /// Learn as spam and report to the collaborative services.
    public static let report = Self(known: .spam, [.local, .remote], [])
    /// Learn as ham and take the report back.
    public static let revoke = Self(known: .ham, [.local], [.remote])

    /// The header fields that say it.
    var fields: [HeaderField] {
        var fields: [HeaderField] = []
        if let messageClass { fields.append(HeaderField("Message-class", messageClass.rawValue)) }
        if !set.isEmpty { fields.append(HeaderField("Set", Self.list(set))) }
        if !remove.isEmpty { fields.append(HeaderField("Remove", Self.list(remove))) }
        return fields
    }

    private static func list(_ databases: Set<Database>) -> String {
        Database.allCases.filter(databases.contains).map(\.rawValue).joined(separator: ", ")
    }

    /// Reads the value of Set, Remove, DidSet or DidRemove.
    ///
    /// QUIRK: spamd looks for the two words anywhere in the value, in any case (spamd.raw, got_set_header); so do we.
    static func databases(in value: String?) -> Set<Database> {
        guard let value = value?.lowercased() else { return [] }
        return Set(Database.allCases.filter { value.contains($0.rawValue) })
    }
}

extension StringProtocol {
    /// Whether the word stands anywhere in it.
    fileprivate func contains(_ word: String) -> Bool {
        let (text, word) = (Array(utf8), Array(word.utf8))
        guard text.count >= word.count else { return false }
        return (0...(text.count - word.count)).contains { text[$0..<$0 + word.count].elementsEqual(word) }
    }
}
