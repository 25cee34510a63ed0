import ArgumentParser
import Glibc
import Settings

/// The command that people type. Under the name `pyzor` it is a stand-in for that program.
@main
struct Tamis: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tamis",
        abstract: "Judge messages, ask spamd and Pyzor, move from other filters.",
        version: "tamis \(TamisVersion.current)",
        subcommands: [ScanCommand.self, SpamdCommand.self, PyzorCommand.self, MigrateCommand.self, Version.self]
    )

    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.first?.split(separator: "/").last == "pyzor" else {
            return await main(Array(FileName.arguments.dropFirst()))
        }
        Glibc.exit(await PyzorDropIn.run(Array(arguments.dropFirst())))
    }
}

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the version.")

    func run() {
        print("tamis \(TamisVersion.current)")
    }
}
