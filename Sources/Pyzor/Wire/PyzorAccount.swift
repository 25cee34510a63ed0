import Crypto

/// Who asks: a user of a server and the key shared with it, or nobody in particular.
///
/// The protocol signs packets with a hash of the key (pyzor's `account.py`); a server checks the signature of everybody
/// but `anonymous`. The salt stands in the accounts file and is kept, but the protocol never uses it.
public struct PyzorAccount: Hashable, Sendable {
    /// The account of everybody: no key, and nothing that a server would check.
    public static let anonymous = PyzorAccount(user: "anonymous", salt: "", key: "")

    public let user: String
    public let salt: String

    /// Hexadecimal text as it stands in the accounts file; its case does not matter.
    public let key: String

    /// Hex of sha1(`user:key`): what signatures are made with. As good as the key, so keep it as secret.
    let hashedKey: String

    public init(user: String, salt: String = "", key: String) {
        self.user = user
        self.salt = salt
        self.key = key
        self.hashedKey = Hexadecimal.text(Insecure.SHA1.hash(data: Array("\(user):\(key.lowercased())".utf8)))
    }

    /// The signature of a packet's lines at a time in whole seconds since 1970.
    ///
    /// hex(sha1(sha1(text) + ":" + time + ":" + hashed key)), the inner hash as 20 raw bytes; `text` has no line end at
    /// its end (`account.py`, `sign_msg`).
    func signature(of text: String, time: Int64) -> String {
        var hash = Insecure.SHA1()
        Insecure.SHA1.hash(data: Array(text.utf8)).withUnsafeBytes { hash.update(bufferPointer: $0) }
        hash.update(data: Array(":\(time):\(hashedKey)".utf8))
        return Hexadecimal.text(hash.finalize())
    }
}

extension PyzorAccount: CustomStringConvertible {
    /// The user's name alone: a key does not belong in a log.
    public var description: String { user }
}

extension WireFields {
    /// These lines with User, Time and Sig after them, as every request ends.
    public func signed(by account: PyzorAccount, time: Int64) -> WireFields {
        var signed = self
        signed.append("User", account.user)
        signed.append("Time", String(time))
        signed.append("Sig", account.signature(of: signed.text, time: time))
        return signed
    }
}
