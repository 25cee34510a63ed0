// swift-tools-version: 6.2
import PackageDescription

// Feeds hostile bytes to Tamis with libFuzzer. A package of its own: its flags are not lawful in a package that others depend on, and
// nobody who builds Tamis builds this. See README.md.
//
// `House` is a link to the sources of Tamis, so that the modules are built here anew, with counters that libFuzzer reads, and so that
// their insides can be seen. The C room of the milter is replaced by a stand-in: its callbacks are called without a socket.
let package = Package(
    name: "tamis-fuzz",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .systemLibrary(name: "CYAML", path: "House/CYAML"),
        .systemLibrary(name: "CZlib", path: "House/CZlib"),
        .target(name: "CMilter", linkerSettings: [.linkedLibrary("milter")]),
        room("Mail"),
        room("Policy", ["Mail"]),
        room("Spamd", ["CZlib", nio, posix, tls, tlsHandshake]),
        room("Pyzor", [nio, posix, crypto]),
        room("Filter", ["Policy", "Spamd", "Pyzor", "Mail", nio, posix]),
        room("Settings", ["CYAML", "Filter", "Policy", "Spamd", "Pyzor", "Mail", nio]),
        room("Milter", ["CMilter", "Mail"]),
        room("Daemon", ["Settings", "Filter", "Policy", "Milter", "Mail", nio, posix]),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Daemon", "Settings", "Filter", "Policy", "Milter", "CMilter", "Spamd", "Pyzor", "Mail", nio, posix,
            ],
            swiftSettings: counted
        ),
        .target(name: "FuzzDriver"),
        .executableTarget(
            name: "fuzz",
            dependencies: ["FuzzTargets", "FuzzDriver"],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]
        ),
    ],
    swiftLanguageModes: [.v6]
)

var nio: Target.Dependency { .product(name: "NIOCore", package: "swift-nio") }
var posix: Target.Dependency { .product(name: "NIOPosix", package: "swift-nio") }
var tls: Target.Dependency { .product(name: "NIOSSL", package: "swift-nio-ssl") }
var tlsHandshake: Target.Dependency { .product(name: "NIOTLS", package: "swift-nio") }
var crypto: Target.Dependency { .product(name: "Crypto", package: "swift-crypto") }

/// What every target of Tamis is held to, the counters, and an optimiser: a debug build is too slow to get far, and a release build
/// cannot be seen into.
var counted: [SwiftSetting] {
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .unsafeFlags(["-sanitize=fuzzer", "-parse-as-library", "-O"]),
    ]
}

/// A module of Tamis, from its own sources.
@MainActor
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "House/\(name)", swiftSettings: counted)
}
