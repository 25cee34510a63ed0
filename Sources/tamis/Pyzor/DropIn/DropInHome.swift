import Pyzor

/// What pyzor's files and options together say: options before the config file before the defaults.
struct DropInHome {
    let servers: [PyzorServer]
    let accounts: [PyzorServer: PyzorAccount]
    let whitelistFile: String
    let logFile: String?
    let timeout: Int
    let style: String
    let reportThreshold: Int
    let whitelistThreshold: Int
    /// Lines for the log about what is wrong with the accounts.
    let warnings: [String]

    /// Reads the files; nothing is made that is not there.
    init(_ arguments: DropInArguments, home: String?) throws(PyzorError) {
        let folder = PyzorHome(arguments.homeFolder, home: home)
        let config = try folder.client()
        servers = try Self.servers(folder.file(arguments.serversFile ?? config.serversFile))
        let accounts = try Self.accounts(folder.file(arguments.accountsFile ?? config.accountsFile))
        self.accounts = accounts.value
        warnings =
            accounts.value.isEmpty && accounts.problems.isEmpty
            ? ["No accounts are setup.  All commands will be executed by the anonymous user."]
            : accounts.problems.map { "account file: \($0)" }
        whitelistFile = folder.file(arguments.localWhitelist ?? config.localWhitelist)
        let logFile = arguments.logFile ?? config.logFile
        self.logFile = logFile.isEmpty ? nil : folder.file(logFile)
        timeout = arguments.timeout ?? config.timeout
        style = arguments.style ?? config.style
        reportThreshold = arguments.reportThreshold ?? config.reportThreshold
        whitelistThreshold = arguments.whitelistThreshold ?? config.whitelistThreshold
    }

    private static func servers(_ path: String) throws(PyzorError) -> [PyzorServer] {
        guard let text = try optional(path) else { return [.standard] }
        let contents = ServersFile.parse(text, path: path)
        // pyzor passes over what does not begin like HOST:PORT, and dies of what only begins like it.
        for problem in contents.problems where beginsLikeServer(text, line: problem.line) {
            throw .line(path: path, number: problem.line, reason: problem.reason)
        }
        return contents.value.isEmpty ? [.standard] : contents.value
    }

    private static func beginsLikeServer(_ text: String, line number: Int) -> Bool {
        guard let line = TextLines.numbered(text).first(where: { $0.number == number }) else { return false }
        let parts = TextLines.trimmed(line.text).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let digit = parts[1].utf8.first else { return false }
        let isHost = parts[0].dropFirst().utf8.allSatisfy { byte in
            "-.".utf8.contains(byte) || Unicode.Scalar(byte).properties.isAlphabetic && byte < 0x80
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        return parts[0].utf8.count >= 2 && isHost && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit)
    }

    private static func accounts(
        _ path: String
    ) throws(PyzorError) -> FileContents<[PyzorServer: PyzorAccount]> {
        guard let text = try optional(path) else { return FileContents([:]) }
        return AccountsFile.parse(text, path: path)
    }

    /// The text of a file, nil when there is none.
    private static func optional(_ path: String) throws(PyzorError) -> String? {
        do {
            return try TextFile.read(path)
        } catch .file(_, "No such file or directory") {
            return nil
        }
    }
}
