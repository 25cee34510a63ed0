/// Pyzor's configuration folder: where its files lie, and the `[client]` section of its `config`.
///
/// The folder is `~/.pyzor`, or `/etc/pyzor` when there is no home. It is only ever read: unlike pyzor, nothing here
/// makes a folder. Names in `config` that are not absolute are taken in the folder, `~` is the home (`config.py`).
public struct PyzorHome: Hashable, Sendable {
    /// The `[client]` section, with pyzor's defaults.
    public struct Client: Hashable, Sendable {
        public var serversFile = "servers"
        public var accountsFile = "accounts"
        public var localWhitelist = "whitelist"
        public var logFile = ""
        /// Seconds.
        public var timeout = 5
        public var style = "msg"
        public var reportThreshold = 0
        public var whitelistThreshold = 0

        public init() {}
    }

    /// The folder.
    public let path: String
    private let home: String?

    /// - Parameters:
    ///   - path: the folder, nil for the usual one.
    ///   - home: the user's home folder, nil when there is none.
    public init(_ path: String? = nil, home: String?) {
        self.home = home
        if let path {
            self.path = Self.expanded(path, home: home)
        } else {
            self.path = home.map { Self.joined($0, ".pyzor") } ?? "/etc/pyzor"
        }
    }

    /// A file of the folder by the name that `config` or an option gives it.
    public func file(_ name: String) -> String {
        Self.joined(path, Self.expanded(name, home: home))
    }

    /// Reads the `config` file; defaults where there is none.
    ///
    /// - Throws: ``PyzorError/line(path:number:reason:)`` for a line that cannot be used.
    public func client() throws(PyzorError) -> Client {
        let file = self.file("config")
        let text: String
        do {
            text = try TextFile.read(file)
        } catch .file(_, "No such file or directory") {
            return Client()
        }
        return try Self.client(try IniFile(text, path: file))
    }

    private static func client(_ file: IniFile) throws(PyzorError) -> Client {
        var client = Client()
        client.serversFile = try file.text("ServersFile") ?? client.serversFile
        client.accountsFile = try file.text("AccountsFile") ?? client.accountsFile
        client.localWhitelist = try file.text("LocalWhitelist") ?? client.localWhitelist
        client.logFile = try file.text("LogFile") ?? client.logFile
        client.style = try file.text("Style") ?? client.style
        client.timeout = try file.number("Timeout") ?? client.timeout
        client.reportThreshold = try file.number("ReportThreshold") ?? client.reportThreshold
        client.whitelistThreshold = try file.number("WhitelistThreshold") ?? client.whitelistThreshold
        return client
    }

    private static func expanded(_ path: String, home: String?) -> String {
        guard let home, path == "~" || path.hasPrefix("~/") else { return path }
        return home + path.dropFirst()
    }

    private static func joined(_ folder: String, _ name: String) -> String {
        name.hasPrefix("/") ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }
}
