import Crypto

/// A key for an account, made of a passphrase and a salt as `pyzor genkey` makes one.
///
/// Salt and key are SHA-1 sums in hexadecimal. The salt goes into the accounts file beside the key and is not needed
/// again; the server's administrator gets the key alone.
public struct GeneratedKey: Hashable, Sendable {
    public let salt: String
    public let key: String

    /// A key with a salt of the system's random source.
    public init(passphrase: String) {
        var random = SystemRandomNumberGenerator()
        self.init(passphrase: passphrase, seed: (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    /// sha1(sha1(seed) + passphrase), the inner sum as 20 raw bytes.
    init(passphrase: String, seed: [UInt8]) {
        let salt = Insecure.SHA1.hash(data: seed)
        var key = Insecure.SHA1()
        salt.withUnsafeBytes { key.update(bufferPointer: $0) }
        key.update(data: Array(passphrase.utf8))
        self.salt = Hexadecimal.text(salt)
        self.key = Hexadecimal.text(key.finalize())
    }
}

extension GeneratedKey: CustomStringConvertible {
    /// `salt,key`, as the accounts file has it.
    public var description: String { "\(salt),\(key)" }
}
