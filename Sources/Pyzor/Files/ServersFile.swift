/// The servers file of pyzor: `host:port`, a line per server.
///
/// Empty lines and lines that begin with `#` are skipped. A line that names no server is left out and told of; pyzor
/// leaves out what does not look like one and dies of the rest (`config.py`, `load_servers`). Beyond pyzor, the host may
/// be an IPv6 address in brackets.
public enum ServersFile {
    /// Reads the text of a servers file; `path` is for the problems only.
    public static func parse(_ text: String, path: String) -> FileContents<[PyzorServer]> {
        var servers: [PyzorServer] = []
        var problems: [FileProblem] = []
        for (number, line) in TextLines.numbered(text) {
            let line = TextLines.trimmed(line)
            guard !line.isEmpty, line.first != "#" else { continue }
            do {
                guard line.last != "]", line.contains(":") else {
                    throw PyzorError.invalidServer(line, reason: "expected HOST:PORT")
                }
                let server = try PyzorServer(line)
                if !servers.contains(server) { servers.append(server) }
            } catch {
                problems.append(FileProblem(path: path, line: number, reason: "\(error)"))
            }
        }
        return FileContents(servers, problems: problems)
    }

    /// Reads a servers file from disk.
    ///
    /// - Throws: ``PyzorError/file(path:reason:)`` when it cannot be read.
    public static func load(_ path: String) throws(PyzorError) -> FileContents<[PyzorServer]> {
        parse(try TextFile.read(path), path: path)
    }
}
