import Policy

/// The file that `spamd.users-file` names: lines of an address and a user, as in Postfix' own tables (postmap(1), virtual(5)).
///
/// ```
/// # who reads whose mail
/// info@example.org      alice
/// @lists.example.org    none
/// ```
///
/// How forgiving it is: blanks and tabs part the words; empty lines and lines that begin with `#` are passed over; lines may end in CRLF;
/// an address may stand in angle brackets' place only bare. Else every line is right or told: what stands on the left is
/// `user@domain` or `@domain` in ASCII, on the right one user that is safe to send, or `none`. No line goes on in the next, and no address
/// stands there twice.
struct SpamdUsersFile: Equatable, Sendable {
    let book: SpamdUserBook
    let problems: [SettingsProblem]

    /// 8 MiB.
    static let maximumSize = 8 << 20
    static let maximumRows = 100_000
    static let maximumLineLength = 1_000

    /// Reads the file with the care that the settings file gets: only who may write that one may write this one.
    static func load(_ path: String, key: String) throws(SettingsError) -> SpamdUserBook {
        let bytes: [UInt8]
        do {
            bytes = try SettingsFile.read(path, maximumSize: maximumSize)
        } catch {
            throw SettingsError([SettingsProblem(file: path, place: nil, key: key, text: error.text)])
        }
        let file = SpamdUsersFile(bytes, path: path, key: key)
        guard file.problems.isEmpty else { throw SettingsError(file.problems) }
        return file.book
    }

    init(_ bytes: [UInt8], path: String, key: String) {
        var book = SpamdUserBook()
        var problems: [SettingsProblem] = []
        var number = 0
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let text = line.last == 0x0D ? line.dropLast() : line
            do throws(LineProblem) {
                try Self.read(text, into: &book)
            } catch {
                let place = Place(line: number, column: error.column)
                problems.append(SettingsProblem(file: path, place: place, key: key, text: error.text))
                // One too many is enough to know.
                if error.isLast || problems.count > SettingsError.maximumProblems { break }
            }
        }
        self.book = book
        self.problems = problems
    }

    private struct LineProblem: Error {
        let column: Int
        let text: String
        var isLast = false
    }

    private static func read(_ line: ArraySlice<UInt8>, into book: inout SpamdUserBook) throws(LineProblem) {
        guard line.first != 0x23, line.contains(where: { !isBlank($0) }) else { return }
        func column(_ slice: ArraySlice<UInt8>) -> Int { slice.startIndex - line.startIndex + 1 }
        guard line.count <= maximumLineLength else {
            throw LineProblem(column: 1, text: "a line of more than \(maximumLineLength) bytes")
        }
        if let first = line.first, isBlank(first) {
            throw LineProblem(column: 1, text: "a line that begins with a blank; lines cannot go on in the next")
        }
        let words = line.split(whereSeparator: isBlank)
        guard words.count > 1 else {
            throw LineProblem(
                column: 1,
                text: "expected an address and a user such as \"info@example.org alice\", found one word"
            )
        }
        if words.count > 2 {
            throw LineProblem(column: column(words[2]), text: "expected one user behind the address, found more")
        }
        guard isAddress(words[0]) else {
            let found = quoted(String(decoding: words[0], as: UTF8.self))
            throw LineProblem(column: 1, text: "expected user@domain or @domain, found \(found)")
        }
        let name = String(decoding: words[1], as: UTF8.self)
        let user = SpamdUser(name)
        guard user != nil else {
            throw LineProblem(column: column(words[1]), text: PolicyError.userName(name).description)
        }
        guard book.count < maximumRows else {
            throw LineProblem(column: 1, text: "more than \(maximumRows) addresses", isLast: true)
        }
        guard book.add(words[0], name == "none" ? nil : user) else {
            let found = quoted(String(decoding: words[0], as: UTF8.self))
            throw LineProblem(column: 1, text: "\(found) stands in this file twice")
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Visible ASCII with one @ that something follows, and none of the signs that a pattern or brackets would have.
    private static func isAddress(_ word: ArraySlice<UInt8>) -> Bool {
        let isPlain = word.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>*?,".utf8.contains($0) }
        return isPlain && word.count <= 320 && word.count(where: { $0 == 0x40 }) == 1 && word.last != 0x40
    }
}
