public import ArgumentParser
import Glibc
import NIOCore
import Settings
public import Spamd

/// What all questions of `tamis spamd` have in common: whom to ask, for whom, how long to wait, how to show it.
struct SpamdOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "HOST:PORT, unix:/path or tls://HOST:PORT, repeatable. Otherwise the settings file's, else 127.0.0.1:783.",
            valueName: "server"
        ),
        transform: Self.server
    )
    var server: [SpamdServer] = []

    @Option(help: "The user whose preferences and Bayes database spamd is to use.")
    var user: String?

    @Flag(help: "Compress what is sent (zlib).")
    var compress = false

    @Option(
        help: ArgumentHelp(
            "How long one message may take: 500ms, 6s, 2m. Otherwise the settings file's, else 40s.",
            valueName: "duration"
        ),
        transform: Self.duration
    )
    var timeout: TimeAmount?

    @Flag(help: "One JSON object a line for each message.")
    var json = false

    @Option(help: ArgumentHelp("Authorities to trust in PEM. Otherwise the system's.", valueName: "file"))
    var tlsCa: String?

    @Option(help: ArgumentHelp("Our own certificate in PEM, and its key.", valueName: "file"))
    var tlsCert: String?

    @Option(help: ArgumentHelp("The key, unless it stands beside the certificate.", valueName: "file"))
    var tlsKey: String?

    @Option(help: ArgumentHelp("A file whose first line is the key's password.", valueName: "file"))
    var tlsKeyPasswordFile: String?

    @Option(help: "What of a server's certificate is checked: full, chain (not the name) or none.")
    var tlsVerify: TLSOptions.Verification?

    @Option(
        help: ArgumentHelp("The settings file. Otherwise /etc/tamis/tamis.yaml, if it is there.", valueName: "file")
    )
    var config: String?
}

extension TLSOptions.Verification: ExpressibleByArgument {}
extension Tell.MessageClass: ExpressibleByArgument {}
extension Tell.Database: ExpressibleByArgument {}

extension SpamdOptions {
    /// The client's configuration: the options, else the settings file, else spamd's defaults.
    ///
    /// - Throws: ``SpamdFailure`` of kind `settings` if the settings file cannot be used. It is not looked at where `--server`
    ///   says whom to ask, unless it was asked for.
    func configuration(parallel: Int) throws(SpamdFailure) -> SpamdClient.Configuration {
        let settings = try self.settings()
        var configuration = SpamdClient.Configuration(
            servers: server.isEmpty ? settings.servers : server,
            timeout: timeout ?? TimeAmount(settings.timeout),
            connectTimeout: TimeAmount(settings.connectTimeout),
            maxConcurrent: max(1, parallel),
            compress: compress || settings.compress,
            tls: settings.tls
        )
        if let tlsCa { configuration.tls.authorities = tlsCa }
        if let tlsCert { (configuration.tls.certificate, configuration.tls.key) = (tlsCert, nil) }
        if let tlsKey { configuration.tls.key = tlsKey }
        if let tlsKeyPasswordFile { configuration.tls.keyPassword = .file(tlsKeyPasswordFile) }
        if let tlsVerify { configuration.tls.verification = tlsVerify }
        return configuration
    }

    private func settings() throws(SpamdFailure) -> SpamdSection {
        let standard = "/etc/tamis/tamis.yaml"
        let file = config ?? (server.isEmpty && access(standard, F_OK) == 0 ? standard : nil)
        guard let file else { return SpamdSection() }
        do {
            return try TamisSettings.load(from: file).settings.spamd
        } catch {
            throw .settings("\(error)")
        }
    }

    private static func server(_ text: String) throws -> SpamdServer {
        do throws(SpamdError) {
            return try SpamdServer(text)
        } catch {
            throw ValidationError(error.text)
        }
    }

    /// Reads `NUMBER(ms|s|m|h)`.
    static func duration(_ text: String) throws -> TimeAmount {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units: [Substring: Int64] = [
            "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
        ]
        guard let number = Int64(digits), (1...1_000_000).contains(number),
            let unit = units[text.dropFirst(digits.count)]
        else { throw ValidationError("expected a duration such as 500ms, 6s or 2m, not \"\(text)\"") }
        return .nanoseconds(number * unit)
    }
}
