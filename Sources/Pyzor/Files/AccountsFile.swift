/// The accounts file of pyzor: `host : port : username : salt,key`, a line per server.
///
/// Empty lines and lines that begin with `#` are skipped. A line that cannot be used is left out and told of; pyzor
/// does the same (`config.py`, `load_accounts`). Beyond pyzor, the host may be an IPv6 address in brackets.
///
/// Keys are kept as they stand in the file. The host is compared letter by letter with the server that is asked; no
/// name is looked up.
public enum AccountsFile {
    /// Reads the text of an accounts file; `path` is for the problems only.
    public static func parse(_ text: String, path: String) -> FileContents<[PyzorServer: PyzorAccount]> {
        var accounts: [PyzorServer: PyzorAccount] = [:]
        var problems: [FileProblem] = []
        for (number, line) in TextLines.numbered(text) {
            let line = TextLines.trimmed(line)
            guard !line.isEmpty, line.first != "#" else { continue }
            do {
                let (server, account) = try read(line)
                accounts[server] = account
            } catch {
                problems.append(FileProblem(path: path, line: number, reason: error.reason))
            }
        }
        return FileContents(accounts, problems: problems)
    }

    /// Reads an accounts file from disk.
    ///
    /// - Throws: ``PyzorError/file(path:reason:)`` when it cannot be read.
    public static func load(_ path: String) throws(PyzorError) -> FileContents<[PyzorServer: PyzorAccount]> {
        parse(try TextFile.read(path), path: path)
    }

    private struct Flaw: Error {
        let reason: String
    }

    private static func read(_ line: String) throws(Flaw) -> (PyzorServer, PyzorAccount) {
        let (host, rest) = try host(of: line)
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false).map(TextLines.trimmed)
        guard parts.count == 3 else {
            throw Flaw(reason: "an account is \"host : port : username : salt,key\", four parts with colons between")
        }
        guard let port = PythonNumber.read(parts[0]), (1...65_535).contains(port) else {
            throw Flaw(reason: "\"\(parts[0])\" is no port")
        }
        let secrets = parts[2].split(separator: ",", omittingEmptySubsequences: false).map(TextLines.trimmed)
        guard secrets.count == 2, !(secrets[0].isEmpty && secrets[1].isEmpty) else {
            throw Flaw(reason: "after the username stands \"salt,key\" with one comma (the salt may be empty)")
        }
        let account = PyzorAccount(user: parts[1], salt: secrets[0], key: secrets[1])
        return (PyzorServer(host: host, port: Int(port)), account)
    }

    /// The first part of a line, in brackets or not, and what follows its colon.
    private static func host(of line: String) throws(Flaw) -> (String, Substring) {
        if line.first == "[" {
            guard let close = line.firstIndex(of: "]") else { throw Flaw(reason: "the bracket is not closed") }
            let rest = line[line.index(after: close)...].drop { $0.isWhitespace }
            guard rest.first == ":" else { throw Flaw(reason: "expected a colon after the bracket") }
            return (String(line[line.index(after: line.startIndex)..<close]), rest.dropFirst())
        }
        guard let colon = line.firstIndex(of: ":") else {
            throw Flaw(reason: "an account is \"host : port : username : salt,key\", four parts with colons between")
        }
        return (TextLines.trimmed(line[..<colon]), line[line.index(after: colon)...])
    }
}
