import Foundation
import Testing

@testable import Pyzor

@Suite(.enabled(if: SharedCorpus.isHere, "the shared corpus is not here"))
struct DigestCorpusTests {
    struct Expected: Decodable {
        let file: String
        let digest: String?
        let line_count: Int?
        let normalised_lines: [String]?
        let predigest_lines: [String]?
        let error: String?
    }

    @Test(arguments: [(DigestRule.pyzor1_0, "expected.jsonl"), (.pyzor1_1, "expected-1.1.2.jsonl")])
    func `every message has the digest that pyzor gives it`(rule: DigestRule, file: String) throws {
        let rows = try SharedCorpus.lines("messages/" + file, as: Expected.self)
        #expect(rows.count == 802)
        for row in rows {
            let message = try SharedCorpus.bytes("messages/" + row.file)
            if let error = row.error {
                #expect(throws: DigestError.self, "\(row.file): \(error)") {
                    try MessageDigest(of: message, rule: rule)
                }
            } else {
                let digest = try? MessageDigest(of: message, rule: rule).hex
                #expect(digest == row.digest, "\(row.file)")
            }
        }
    }

    @Test func `every message has the lines that pyzor finds in it`() throws {
        for row in try SharedCorpus.lines("messages/expected.jsonl", as: Expected.self) where row.error == nil {
            let message = try SharedCorpus.bytes("messages/" + row.file)
            let lines = try MessageDigest.lines(of: message, rule: .pyzor1_0)
            #expect(lines.kept == row.normalised_lines, "\(row.file)")
            #expect(lines.hashed == row.predigest_lines, "\(row.file)")
        }
    }

    @Test(arguments: ["m0", "m1", "m2", "none", "pyzor-functional-test"])
    func `every message of a mailbox has the digest that pyzor prints`(name: String) throws {
        let box = try SharedCorpus.bytes("mbox/\(name).mbox")
        let wanted = try SharedCorpus.bytes("mbox/\(name).mbox.digests").split(separator: 0x0A)
            .map { String(decoding: $0, as: UTF8.self) }
        #expect(try messages(of: box).map { try MessageDigest(of: $0, rule: .pyzor1_0).hex } == wanted)
    }

    /// The messages of a mailbox: a line that begins with "From " begins one, and is not part of it.
    private func messages(of box: [UInt8]) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        for line in box.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if line.starts(with: Array("From ".utf8)) {
                messages.append([])
            } else if !messages.isEmpty {
                messages[messages.count - 1] += line + [0x0A]
            }
        }
        return messages
    }
}

@Suite(.enabled(if: SharedCorpus.isHere, "the shared corpus is not here"))
struct DigestVectorTests {
    struct Coded: Decodable {
        let `in`: String
        let out: String
    }

    @Test func `base64 is decoded as Python decodes it`() throws {
        for row in try SharedCorpus.lines("unit/base64.jsonl", as: Coded.self) {
            #expect(TransferDecoding.base64([UInt8](hex: row.in).span) == [UInt8](hex: row.out), "\(row.in)")
        }
    }

    @Test func `quoted-printable is decoded as Python decodes it`() throws {
        for row in try SharedCorpus.lines("unit/quoted_printable.jsonl", as: Coded.self) {
            #expect(TransferDecoding.quotedPrintable([UInt8](hex: row.in).span) == [UInt8](hex: row.out), "\(row.in)")
        }
    }

    @Test func `character references are resolved as Python resolves them`() throws {
        for row in try SharedCorpus.lines("unit/html_unescape.jsonl", as: Coded.self) {
            let text = Array(row.in.utf8)
            var output: [UInt8] = []
            try HTMLReferences().resolve(text.span, 0..<text.count, into: &output)
            #expect(output == Array(row.out.utf8), "\(row.in)")
        }
    }

    struct HTML: Decodable {
        let html: String
        let out: String?
        let error: String?
    }

    @Test func `HTML is stripped as pyzor strips it`() throws {
        for row in try SharedCorpus.lines("unit/html_strip.jsonl", as: HTML.self) {
            var pieces: [[UInt8]] = []
            let html = Array(row.html.utf8)
            if row.error != nil {
                #expect(throws: DigestError.markedSection) { try HTMLText.pieces(of: html.span) { _ in } }
                continue
            }
            try HTMLText.pieces(of: html.span) { piece in pieces.append((0..<piece.count).map { piece[$0] }) }
            #expect(Array(pieces.joined(separator: [0x20])) == row.out.map { Array($0.utf8) }, "\(row.html)")
        }
    }

    struct Line: Decodable {
        let line: String
        let out: String
        let kept: Bool
    }

    private var lineEnds: [Unicode.Scalar] {
        Array("\n\r\u{B}\u{C}\u{1C}\u{1D}\u{1E}\u{85}\u{2028}\u{2029}".unicodeScalars)
    }

    @Test func `lines are cleaned as pyzor cleans them`() throws {
        for row in try SharedCorpus.lines("unit/normalize.jsonl", as: Line.self) {
            var lines = LineNormaliser(rule: .pyzor1_0)
            // Some rows hold line ends, which never come this far in a message; a line end is a blank there.
            let line = String(
                String.UnicodeScalarView(row.line.unicodeScalars.map { lineEnds.contains($0) ? " " : $0 })
            )
            lines.append(Array(line.utf8).span)
            lines.endLine()
            #expect(
                (0..<lines.count).map { Array(lines.line($0)) } == (row.kept ? [Array(row.out.utf8)] : []),
                "\(row.line)"
            )
        }
    }

    struct ContentType: Decodable {
        let raw: String
        let type: String?
        let charset: String?
        let boundary: String?
        let errors: [String]
    }

    @Test func `a Content-Type is read as Python reads it`() throws {
        for row in try SharedCorpus.lines("unit/content_type.jsonl", as: ContentType.self) {
            let message = [UInt8](hex: row.raw)
            if row.errors.isEmpty {
                let entity = try #require(EntityParser.parts(of: message.span, limits: DigestLimits()).first)
                #expect(try entity.boundary(message.span) == row.boundary.map { Array($0.utf8) }, "\(row.raw)")
                #expect(
                    try entity.charsetName(message.span, .pyzor1_0) == row.charset.map { Array($0.utf8) },
                    "\(row.raw)"
                )
            } else {
                #expect(throws: DigestError.self, "\(row.raw)") {
                    for entity in try EntityParser.parts(of: message.span, limits: DigestLimits()) {
                        _ = try entity.boundary(message.span)
                        _ = try entity.charsetName(message.span, .pyzor1_0)
                    }
                }
            }
        }
    }

    struct Decoding: Decodable {
        let codec: String
        let hex: String
        let codepoints: [UInt32]?
        let error: String?
    }

    @Test func `every charset is decoded as Python decodes it`() throws {
        let rows = try SharedCorpus.lines("unit/charset_ignore.jsonl", as: Decoding.self)
        #expect(Set(rows.map(\.codec)).count == 105)
        for row in rows where row.error == nil {
            let charset = try #require(CharsetName.lookUp(Array(row.codec.utf8)), "\(row.codec)")
            let text = try? charset.decode([UInt8](hex: row.hex).span, .ignore)
            #expect(text?[...].codePoints == row.codepoints, "\(row.codec) \(row.hex)")
        }
    }

    struct Alias: Decodable {
        let codec: String?
        let text: Bool?
    }

    @Test func `every name of a charset is known or unknown as to Python`() throws {
        let file = Data(try SharedCorpus.bytes("codecs/aliases.json"))
        let aliases = try JSONDecoder().decode([String: Alias?].self, from: file)
        #expect(aliases.count == 446)
        for (name, alias) in aliases {
            let found = CharsetName.lookUp(Array(name.utf8))
            if let alias, alias.text == true, let codec = alias.codec {
                #expect(found != nil && found == CharsetName.lookUp(Array(codec.utf8)), "\(name)")
            } else {
                #expect(found == nil, "\(name)")
            }
        }
    }

    @Test func `every byte of the charsets of one byte is decoded as Python decodes it`() throws {
        let file = Data(try SharedCorpus.bytes("codecs/single_byte.json"))
        let tables = try JSONDecoder().decode([String: [UInt32?]].self, from: file)
        for (name, cells) in tables {
            let charset = try #require(CharsetName.lookUp(Array(name.utf8)), "\(name)")
            for (byte, cell) in cells.enumerated() {
                let text = try? charset.decode([UInt8(byte)].span, .strict)
                #expect(text?[...].codePoints == cell.map { [$0] }, "\(name) \(byte)")
            }
        }
    }

    @Test func `every code of the charsets of more bytes is decoded as Python decodes it`() throws {
        let folder = try #require(SharedCorpus.folder).appendingPathComponent("codecs/multibyte").path
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let charset = try #require(CharsetName.lookUp(Array(file.dropLast(4).utf8)), "\(file)")
            var wrong: [String] = []
            for line in try SharedCorpus.bytes("codecs/multibyte/" + file).split(separator: 0x0A) {
                let fields = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
                guard fields.count >= 2 else { continue }
                let points = fields[1...].joined(separator: "+").split(separator: "+").compactMap {
                    UInt32($0, radix: 16)
                }
                let text = try? charset.decode([UInt8](hex: fields[0]).span, .strict)
                if text?[...].codePoints != points { wrong.append(fields.joined(separator: " ")) }
            }
            #expect(wrong.isEmpty, "\(file): \(wrong.count) wrong, \(wrong.prefix(3))")
        }
    }
}
