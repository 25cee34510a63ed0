import ArgumentParser
import Policy
import Settings

/// `tamis migrate`: the settings of another filter as ours.
struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Turn the settings of another filter into a settings file.",
        subcommands: [Spamass.self]
    )

    /// `tamis migrate spamass-milter`
    struct Spamass: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "spamass-milter",
            abstract: "Print the settings file that does what spamass-milter does.",
            discussion: """
                OPTIONS are spamass-milter's own, with spamc's behind --, as one text or as words: \
                tamis migrate spamass-milter '-r 15 -u nobody -i 10.0.0.0/8 -- -d host'. Nothing is run and nothing is \
                looked up. What is printed can be saved as it is: it holds what differs, and the lines for main.cf and \
                sendmail.mc, as comments.

                Exit status: 0 done; 64 an option that is unknown or cannot be used; 65 the file of defaults cannot be \
                understood; 66 it cannot be read.
                """
        )

        @Option(
            help: ArgumentHelp(
                "Take OPTIONS, SOCKET and RUNAS from a file such as /etc/default/spamass-milter. It is read as text.",
                valueName: "file"
            )
        )
        var defaults: String?

        @Argument(
            parsing: .captureForPassthrough,
            help: ArgumentHelp("The options that spamass-milter is started with.", valueName: "options")
        )
        var words: [String] = []

        func run() throws {
            // All words are captured, these too.
            if words == ["--help"] || words == ["-h"] { throw CleanExit.helpRequest(self) }
            do throws(MigrationProblem) {
                StandardStreams.say(try migration().checkedText())
            } catch {
                StandardStreams.complain("tamis migrate: \(error.text)")
                throw ExitCode(error.status)
            }
        }

        private func migration() throws(MigrationProblem) -> SpamassMigration {
            if let defaults {
                guard words.isEmpty else { throw .usage("options beside --defaults; give one of them") }
                let migration = try SpamassMigration(defaults: Self.text(of: defaults), file: defaults)
                for doubt in migration.doubts { StandardStreams.complain("tamis migrate: \(doubt)") }
                return migration
            }
            return try SpamassMigration(words: words)
        }

        private static func text(of file: String) throws(MigrationProblem) -> String {
            do {
                return String(decoding: try InputFiles.read(file), as: UTF8.self)
            } catch {
                throw MigrationProblem(text: "\(file): \(error)", status: 66)
            }
        }
    }
}

extension SpamassMigration {
    /// From the words of a command line, or from one text that holds them all.
    init(words: [String]) throws(MigrationProblem) {
        let isText = words.count == 1 && words[0].contains { $0.isWhitespace }
        let words = isText ? try ShellWords.split(words[0]) : words
        self.init(
            options: try SpamassOptions(words),
            source: words.isEmpty ? "spamass-milter without options" : "spamass-milter \(words.joined(separator: " "))"
        )
    }

    /// From a file of variables, as Debian's init script reads it (Fedora's has EXTRA_FLAGS).
    init(defaults text: String, file: String) throws(MigrationProblem) {
        let variables: DefaultsFile
        do throws(MigrationProblem) {
            variables = try DefaultsFile(text)
        } catch {
            throw MigrationProblem(text: "\(file): \(error.text)", status: error.status)
        }
        let line = variables.variables["OPTIONS"] ?? variables.variables["EXTRA_FLAGS"] ?? ""
        self.init(
            options: try SpamassOptions(try ShellWords.split(line)),
            source: "\(file): spamass-milter \(line)"
        )
        // The script gives -p before $OPTIONS, so that a -p in there counts.
        if options.socket == nil { replaceSocket(by: variables.variables["SOCKET"]) }
        if let user = variables.variables["RUNAS"], !user.isEmpty { runsAs = user }
        if !variables.passedOver.isEmpty {
            let lines = variables.passedOver.map(String.init).joined(separator: ", ")
            doubts.append("\(file): lines that are no variable were not understood and not run: \(lines)")
        }
        if variables.variables["OPTIONS"] == nil, variables.variables["EXTRA_FLAGS"] == nil {
            doubts.append("\(file): sets no OPTIONS, so the settings are those of spamass-milter without any")
        }
        notes += doubts
        if line.contains("'") || line.contains("\"") {
            notes.append(
                "The init script does not understand quotes in OPTIONS, as this command does: look at what it was started with."
            )
        }
    }

    /// The text, once our own reader has taken it: a value that spamass-milter took may be none for us.
    func checkedText() throws(MigrationProblem) -> String {
        do throws(SettingsError) {
            _ = try TamisSettings.parse(Array(text.utf8), named: "the settings made of it")
            return String(text.dropLast())
        } catch {
            throw .usage("these options hold something that Tamis cannot take\n\(error)")
        }
    }
}
