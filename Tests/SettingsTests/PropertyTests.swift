import Testing

@testable import Settings

@Suite struct PropertyTests {
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `whatever the bytes are, the answer is settings or lines with places in the file`(_ seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<250 {
            check((0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `YAML's signs in any order are answered too`(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let pieces = [
            "mode", "spamd", "timeout", "actions", "at", "do", "tag", "x", "é", ":", ": ", "- ", "? ", "[", "]", "{",
            "}", ", ",
            "\n", "\n  ", "\n    ", "\t", "'", "\"", "|\n", ">\n", "&a ", "*a", "!t ", "%", "@", "`", "#", " #", "<<",
            "---\n",
            "...\n", "~", "\\", "40s", "\"\\x0a\"", "\u{feff}", "\r\n",
        ]
        for _ in 0..<250 {
            let count = Int.random(in: 0...30, using: &random)
            check(Array((0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined().utf8))
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `a damaged sample is answered`(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let sample = Array(TamisSettings.sample.utf8)
        for _ in 0..<25 {
            var bytes = sample
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = bytes.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: index)
                default:
                    bytes.insert(
                        contentsOf: "[]{}:-*&!#%@\"'\n\t ".utf8.randomElement(using: &random).map { [$0] } ?? [],
                        at: index
                    )
                }
            }
            check(bytes)
        }
    }

    @Test(arguments: [
        "mode: observe\nmixed: split\nlog: {format: json, recipients: false, subject: true, level: debug}\n",
        "milter: {listen: 'inet:[::1]:8897', socket-mode: 0600, socket-group: postfix}\n",
        "spamd: {servers: ['tls://[::1]:1', unix:/a b, c:3], user: address, user-for-several: name:x@y, timeout: 1500ms}\n",
        "spamd: {servers: [tls://a:1], tls: {cert-file: /c, key-file: '/a\"\\b', key-password-file: /p, verify: none}}\n",
        "pyzor: {enabled: false, servers: [], digest: pyzor-1.0, cache: {entries: 0, found: 1d}, accounts-file: '/a: b'}\n",
        "limits: {max-scan-size: 1536KiB, max-buffered: 3GiB, busy: accept, drain: 0s}\n",
        "score: {required: 0.125, pyzor: {points: {1: -0.5, 7: 2}, whitelist-share: 1, alone: none}}\n",
        "actions: []\nrecipients: [{match: ['*@a.org', b@c], required: 3, actions: []}, {match: ['*'], actions: [{at: -1, do: [tag]}]}]\n",
        "actions: [{at: 9, do: [copy:a@b, copy:c@d, quarantine]}, {at: 12, do: [discard], discard-confirmed: true}]\n",
        "actions: [{at: required, do: [reject], reply: ['550 5.7.1 a: \"b\" #c', '100% \\']}]\n",
        "exempt: {networks: ['2001:db8::/32', 10.0.0.1], local: full, lists: log-only}\n",
        "headers: {remove: [X-Spam-*, X-Virus], subject-tag: '*** \"x\" # y', status: never}\n",
    ])
    func `settings printed as a sample are read as the same settings`(_ text: String) throws {
        let settings = try TamisSettings.parse(Array(text.utf8), named: "t").settings
        #expect(settings != TamisSettings())
        let printed = TamisSettings.schema.sample(of: settings).joined(separator: "\n")
        #expect(try TamisSettings.parse(Array(printed.utf8), named: "t").settings == settings, "\(printed)")
    }

    private func check(_ bytes: [UInt8]) {
        let lines = bytes.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
        do throws(SettingsError) {
            let loaded = try TamisSettings.parse(bytes, named: "t")
            check(loaded.warnings, lines, bytes)
        } catch {
            #expect(!error.problems.isEmpty)
            check(error.problems, lines, bytes)
        }
    }

    private func check(_ problems: [SettingsProblem], _ lines: Int, _ bytes: [UInt8]) {
        for problem in problems {
            let place = problem.place ?? Place(line: 0, column: 0)
            let isInside = (1...lines + 1).contains(place.line) && (1...bytes.count + 1).contains(place.column)
            let isOneLine = !problem.description.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
            #expect(isInside && isOneLine && problem.description.utf8.count < 1500, "\(problem) in \(bytes)")
        }
        #expect(problems.compactMap(\.place) == problems.compactMap(\.place).sorted())
    }
}

/// A fixed sequence for each seed (splitmix64), so that a failure can be had again.
private struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
