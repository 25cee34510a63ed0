import ArgumentParser
import Daemon
import Settings

@main
struct Tamisd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tamisd",
        abstract: "Mail filter for Postfix and Sendmail: asks SpamAssassin and Pyzor at the same time.",
        version: "tamisd \(TamisVersion.current)",
        subcommands: [Run.self, CheckConfig.self, SampleConfig.self],
        defaultSubcommand: Run.self
    )
}

/// `--config F`
struct ConfigOption: ParsableArguments {
    @Option(help: "The settings file.")
    var config = "/etc/tamis/tamis.yaml"
}

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Filter mail until SIGTERM.",
        discussion: """
            SIGHUP and SIGUSR1 read the settings file again. SIGTERM and SIGINT finish the messages in flight and end.
            Exit status: 0 ended gently, 64 wrong arguments, 69 the socket cannot be had, 70 libmilter ended, \
            71 the system failed, 78 wrong settings.
            """
    )

    @OptionGroup var options: ConfigOption

    @Flag(help: "Log to standard error, even where the service manager does not read it.")
    var stderr = false

    func run() {
        DaemonProcess(
            settingsPath: options.config,
            logDestination: stderr ? .standardError : LogOutput.automaticDestination()
        ).run()
    }
}

struct CheckConfig: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell what is wrong with a settings file, its shadow and its file of users.",
        discussion: "Exit status: 0 the file can be used, 78 it cannot."
    )

    @OptionGroup var options: ConfigOption

    func run() throws {
        do {
            let loaded = try TamisSettings.load(from: options.config)
            let warnings = loaded.warnings + (try loaded.settings.checkParts())
            let lines = warnings.map { "\($0)" } + ["\(options.config): fine"]
            try StandardOutput.write(lines.joined(separator: "\n") + "\n")
        } catch let error as SettingsError {
            StandardError.write("\(error)\n")
            throw ExitCode(78)
        }
    }
}

struct SampleConfig: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print a settings file with every key and its default.")

    func run() throws {
        try StandardOutput.write(TamisSettings.sample)
    }
}

/// Standard output, where what is lost must be known: a sample on a full disk would be an empty settings file.
private enum StandardOutput {
    static func write(_ text: String) throws {
        guard StandardError.write(text, to: 1) else {
            StandardError.write("tamisd: standard output cannot be written\n")
            throw ExitCode(74)
        }
    }
}
