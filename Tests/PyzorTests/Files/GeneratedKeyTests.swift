import Testing

@testable import Pyzor

@Suite struct GeneratedKeyTests {
    @Test func `a key is the sum of salt and passphrase`() {
        let key = GeneratedKey(passphrase: "a", seed: [])
        #expect(key.salt == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(key.key == "7d2d221c487a99d01827480778e3c21297002361")
        #expect(key.description == "\(key.salt),\(key.key)")
    }

    @Test func `no two salts are alike`() {
        #expect(GeneratedKey(passphrase: "a") != GeneratedKey(passphrase: "a"))
    }
}
