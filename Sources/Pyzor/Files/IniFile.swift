/// The `[client]` section of a file in the format of Python's configparser, as far as pyzor's settings use it.
///
/// `name = value` or `name: value`, names in any case, comments on lines of their own with `#` or `;`, a line that begins
/// with a blank continues the value before it, `%(name)s` stands for another value and `%%` for a percent sign. Values
/// of `[DEFAULT]` count where `[client]` has none.
struct IniFile: Hashable, Sendable {
    private struct Entry: Hashable {
        var value: String
        let line: Int
    }

    private let path: String
    private var entries: [String: Entry] = [:]

    /// - Throws: ``PyzorError/line(path:number:reason:)`` for a line that is none of all that.
    init(_ text: String, path: String) throws(PyzorError) {
        self.path = path
        var section: String?
        var defaults: [String: Entry] = [:]
        var last: String?
        for (number, raw) in TextLines.numbered(text) {
            let line = TextLines.trimmed(raw)
            guard !line.isEmpty else { continue }
            guard line.first != "#", line.first != ";" else { continue }
            if raw.first?.isWhitespace == true, let last {
                if section == "client" { entries[last]?.value += "\n" + line }
                if section == "DEFAULT" { defaults[last]?.value += "\n" + line }
                continue
            }
            if line.first == "[" {
                guard let close = line.firstIndex(of: "]") else {
                    throw .line(path: path, number: number, reason: "the section's bracket is not closed")
                }
                section = String(line[line.index(after: line.startIndex)..<close])
                last = nil
                continue
            }
            guard let mark = line.firstIndex(where: { $0 == "=" || $0 == ":" }), let section else {
                throw .line(path: path, number: number, reason: "expected \"name = value\" in a section")
            }
            let name = TextLines.trimmed(line[..<mark]).lowercased()
            let entry = Entry(value: TextLines.trimmed(line[line.index(after: mark)...]), line: number)
            if section == "client" { entries[name] = entry }
            if section == "DEFAULT" { defaults[name] = entry }
            last = name
        }
        entries.merge(defaults) { own, _ in own }
    }

    /// A value with what it refers to put in.
    func text(_ name: String) throws(PyzorError) -> String? {
        guard let entry = entries[name.lowercased()] else { return nil }
        return try interpolated(entry, depth: 0)
    }

    /// A value that has to be a whole number.
    func number(_ name: String) throws(PyzorError) -> Int? {
        guard let entry = entries[name.lowercased()], let text = try text(name) else { return nil }
        guard let number = PythonNumber.read(text).flatMap({ Int(exactly: $0) }) else {
            throw .line(path: path, number: entry.line, reason: "\(name) must be a whole number, not \"\(text)\"")
        }
        return number
    }

    private func interpolated(_ entry: Entry, depth: Int) throws(PyzorError) -> String {
        let flaw = { (reason: String) in PyzorError.line(path: path, number: entry.line, reason: reason) }
        guard depth <= 10 else { throw flaw("the value refers to itself") }
        var result = ""
        var rest = Substring(entry.value)
        while let percent = rest.firstIndex(of: "%") {
            result += rest[..<percent]
            rest = rest[rest.index(after: percent)...]
            if rest.first == "%" {
                result += "%"
                rest = rest.dropFirst()
                continue
            }
            guard rest.first == "(", let close = rest.firstIndex(of: ")"), rest[close...].hasPrefix(")s") else {
                throw flaw("a percent sign is written %%, another value %(name)s")
            }
            let name = rest[rest.index(after: rest.startIndex)..<close].lowercased()
            guard let other = entries[name] else { throw flaw("there is no value named \"\(name)\"") }
            result += try interpolated(other, depth: depth + 1)
            rest = rest[close...].dropFirst(2)
        }
        return result + rest
    }
}
