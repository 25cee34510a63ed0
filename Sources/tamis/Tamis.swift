import ArgumentParser
import Settings

@main
struct Tamis: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tamis",
        abstract: "Judge messages, and ask spamd and Pyzor.",
        version: "tamis \(TamisVersion.current)",
        subcommands: [ScanCommand.self, Version.self]
    )
}

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the version.")

    func run() {
        print("tamis \(TamisVersion.current)")
    }
}
