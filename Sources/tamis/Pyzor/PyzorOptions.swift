import ArgumentParser
import NIOCore
import Pyzor

/// What all questions of `tamis pyzor` have in common: whom to ask, as whom, how long to wait.
struct PyzorServerOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "HOST:PORT, repeatable; each is asked. Otherwise the settings file's, else public.pyzor.org:24441.",
        transform: PyzorServerOptions.server
    )
    var server: [PyzorServer] = []

    @Option(
        help: ArgumentHelp("pyzor's accounts file. Otherwise the settings file's, else anonymous.", valueName: "file")
    )
    var accountsFile: String?

    @Option(
        help: "How long to wait for an answer: 500ms, 3s. Otherwise the settings file's, else 3s.",
        transform: Self.wait
    )
    var timeout: TimeAmount?

    @Option(
        help: ArgumentHelp("The settings file. Otherwise /etc/tamis/tamis.yaml, if it is there.", valueName: "file")
    )
    var config: String?

    @Flag(help: "Print one JSON object a line.")
    var json = false

    /// The client's configuration: the options, else the settings file, else the protocol's defaults.
    ///
    /// - Throws: a ``PyzorFailure`` for a settings or accounts file that cannot be used.
    func configuration() throws(PyzorFailure) -> PyzorClient.Configuration {
        let defaults = try PyzorDefaults.load(config)
        var configuration = PyzorClient.Configuration(
            servers: server.isEmpty ? defaults.servers : server,
            timeout: timeout ?? defaults.timeout,
            cache: .none
        )
        if let file = accountsFile ?? defaults.accountsFile {
            do {
                let contents = try AccountsFile.load(file)
                configuration.accounts = contents.value
                for problem in contents.problems { StandardStreams.complain("\(problem)") }
            } catch {
                throw PyzorFailure(error)
            }
        }
        return configuration
    }

    private static func server(_ text: String) throws -> PyzorServer {
        do {
            return try PyzorServer(text)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// Reads `NUMBER(ms|s|m)`; a bare number is seconds, as with pyzor.
    static func wait(_ text: String) throws -> TimeAmount {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units: [Substring: Int64] = ["ms": 1_000_000, "s": 1_000_000_000, "": 1_000_000_000, "m": 60_000_000_000]
        guard let number = Int64(digits), (1...1_000_000).contains(number),
            let unit = units[text.dropFirst(digits.count)]
        else {
            throw ValidationError("expected a duration such as 500ms or 3s, not \"\(text)\"")
        }
        return .nanoseconds(number * unit)
    }
}

/// What is read, and how.
struct PyzorInputOptions: ParsableArguments {
    @Option(help: "How input is read: msg (one message), mbox, or digests (one a line).")
    var style = InputStyle.msg

    @Option(
        help: "Whose digest of a message: pyzor-1.1 or pyzor-1.0. Otherwise the settings file's, else pyzor-1.1.",
        transform: DigestRule.named
    )
    var digest: DigestRule?

    @Argument(help: ArgumentHelp("Files, folders, or - for standard input.", valueName: "FILE|DIR|-"))
    var files: [String] = []
}
