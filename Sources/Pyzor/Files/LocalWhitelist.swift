/// The local whitelist of pyzor: digests that are never asked, a line each, with `#` comments.
///
/// A comment ends at the line's end; a `#` with a backslash before it is none (`config.py`, `load_local_whitelist`).
/// QUIRK: pyzor keeps a line that *begins* with `#` as if it were a digest. No digest looks like that, so such a line is
/// kept here as well, and survives when the file is written again.
public struct LocalWhitelist: Hashable, Sendable {
    /// The entries in the order of the file, without repetition.
    public private(set) var entries: [String] = []

    public init() {}

    /// Reads the text of a whitelist.
    public init(_ text: String) {
        for (_, line) in TextLines.numbered(text) {
            let entry = TextLines.trimmed(Self.withoutComment(line))
            if !entry.isEmpty { add(entry) }
        }
    }

    /// Reads a whitelist from disk; one that is not there is empty.
    public static func load(_ path: String) throws(PyzorError) -> LocalWhitelist {
        do {
            return LocalWhitelist(try TextFile.read(path))
        } catch .file(_, "No such file or directory") {
            return LocalWhitelist()
        }
    }

    /// Whether a digest is in it.
    public func contains(_ digest: MessageDigest) -> Bool { contains(digest.description) }

    package func contains(_ entry: String) -> Bool { entries.contains(entry) }

    /// Adds a digest; false when it was in it already.
    @discardableResult
    public mutating func add(_ digest: MessageDigest) -> Bool { add(digest.description) }

    /// Takes a digest out; false when it was not in it.
    @discardableResult
    public mutating func remove(_ digest: MessageDigest) -> Bool { remove(digest.description) }

    @discardableResult
    package mutating func add(_ entry: String) -> Bool {
        guard !entries.contains(entry) else { return false }
        entries.append(entry)
        return true
    }

    @discardableResult
    package mutating func remove(_ entry: String) -> Bool {
        guard let index = entries.firstIndex(of: entry) else { return false }
        entries.remove(at: index)
        return true
    }

    /// The text of the file: the entries, a line each, without a line end after the last, as pyzor writes it.
    public var text: String { entries.joined(separator: "\n") }

    /// Writes the whitelist to disk.
    public func save(_ path: String) throws(PyzorError) {
        try TextFile.write(text, to: path)
    }

    private static func withoutComment(_ line: Substring) -> Substring {
        var previous: Character?
        for index in line.indices {
            if line[index] == "#", let previous, previous != "\\" { return line[..<index] }
            previous = line[index]
        }
        return line
    }
}
