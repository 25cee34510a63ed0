import ArgumentParser
import Daemon
import Probe
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
        discussion: """
            Without --probe nothing else is touched. --probe looks at this host too: it prints the lines for main.cf and \
            sendmail.mc that fit the settings and a chroot of \
            Postfix (master.cf), looks whether the mail server gets at the socket and waits long enough, and asks every spamd \
            (PING, TLS) and every Pyzor server (ping) whether it is there. No mail is sent and nothing is changed. Each line \
            begins with ok, warning or failed. It takes 30 seconds at most. Run it as root to see all of it.

            Exit status: 0 the file can be used and nothing failed, 69 a server does not answer, 78 the file, or a file that \
            it names, cannot be used.
            """
    )

    @OptionGroup var options: ConfigOption

    @Flag(help: "Look also whether this host and the servers are as the settings want them.")
    var probe = false

    @Option(help: ArgumentHelp("Where --probe finds main.cf and master.cf.", valueName: "folder"))
    var postfixConfigDir = HostProbe.Places().postfixFolder

    @Option(help: ArgumentHelp("Where --probe finds Sendmail's settings.", valueName: "file"))
    var sendmailCf = HostProbe.Places().sendmailFile

    func run() throws {
        let settings: TamisSettings
        do {
            let loaded = try TamisSettings.load(from: options.config)
            settings = loaded.settings
            let warnings = loaded.warnings + (try settings.checkParts())
            let lines = warnings.map { "\($0)" } + ["\(options.config): fine"]
            try StandardOutput.write(lines.joined(separator: "\n") + "\n")
        } catch let error as SettingsError {
            StandardError.write("\(error)\n")
            throw ExitCode(78)
        }
        if probe { try self.probe(settings) }
    }

    private func probe(_ settings: TamisSettings) throws {
        var places = HostProbe.Places()
        places.postfixFolder = postfixConfigDir
        places.sendmailFile = sendmailCf
        let report = HostProbe(settings, places: places).run()
        try StandardOutput.write("\n" + report.text)
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
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
