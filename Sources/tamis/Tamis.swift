import ArgumentParser
import Dispatch
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

    static func main() {
        let arguments = CommandLine.arguments
        if arguments.first?.split(separator: "/").last == "pyzor" {
            Glibc.exit(CallingThread.run { await PyzorDropIn.run(Array(arguments.dropFirst())) })
        }
        Task {
            await main(Array(FileName.arguments.dropFirst()))
            Glibc.exit(0)
        }
        dispatchMain()
    }
}

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the version.")

    func run() {
        print("tamis \(TamisVersion.current)")
    }
}
