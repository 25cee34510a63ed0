// swift-tools-version: 6.2
import PackageDescription

// The house. Each room is a module, because the compiler guards a module; arrows point down only.
let package = Package(
    name: "tamis",
    products: [
        .library(name: "Spamd", targets: ["Spamd"]),
        .library(name: "Pyzor", targets: ["Pyzor"]),
        .executable(name: "tamisd", targets: ["tamisd"]),
        .executable(name: "tamis", targets: ["tamis"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // Executables: arguments only.
        .executableTarget(
            name: "tamisd",
            dependencies: ["Daemon", "Probe", "Settings", arguments],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "tamis",
            dependencies: ["Settings", "Filter", "Policy", "Spamd", "Pyzor", "Mail", arguments, nio, posix],
            swiftSettings: strict
        ),

        // A process among processes; and the settings that fill the rooms' configurations.
        .target(
            name: "Daemon",
            dependencies: ["Settings", "Filter", "Policy", "Milter", "Mail", nio, posix],
            swiftSettings: strict
        ),
        .target(
            name: "Settings",
            dependencies: ["CYAML", "Filter", "Policy", "Spamd", "Pyzor", "Mail", nio],
            swiftSettings: strict
        ),

        // Whether settings meet what is on a host: `check-config --probe`.
        .target(
            name: "Probe",
            dependencies: ["Settings", "Filter", "Spamd", "Pyzor", "Mail", nio, posix],
            swiftSettings: strict
        ),

        // A message in, a verdict out.
        .target(
            name: "Filter",
            dependencies: ["Policy", "Spamd", "Pyzor", "Mail", nio, posix],
            swiftSettings: strict
        ),
        .target(name: "Policy", dependencies: ["Mail"], swiftSettings: strict),

        // Who is spoken to: the MTA, spamd, Pyzor. Spamd and Pyzor are libraries of their own.
        .target(name: "Milter", dependencies: ["CMilter", "Mail"], swiftSettings: strict),
        .target(name: "Spamd", dependencies: ["CZlib", nio, posix, tls, tlsHandshake], swiftSettings: strict),
        .target(name: "Pyzor", dependencies: [nio, posix, crypto], swiftSettings: strict),

        // What all sides share.
        .target(name: "Mail", swiftSettings: strict),

        // Only what Swift cannot call.
        .target(name: "CMilter", linkerSettings: [.linkedLibrary("milter")]),
        .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

        // Tests: one target a room, and what they share.
        .testTarget(name: "MailTests", dependencies: ["Mail", "TestRig"], swiftSettings: strict),
        .testTarget(name: "PolicyTests", dependencies: ["Policy", "Mail", "TestRig"], swiftSettings: strict),
        .testTarget(
            name: "SettingsTests",
            dependencies: ["Settings", "Filter", "Policy", "Spamd", "Pyzor", "Mail", nio],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SpamdTests",
            dependencies: ["Spamd", "TestRig", nio, posix, embedded, tls],
            swiftSettings: strict
        ),
        .testTarget(name: "PyzorTests", dependencies: ["Pyzor", "TestRig", nio, posix, crypto], swiftSettings: strict),
        .testTarget(
            name: "MilterTests",
            dependencies: ["Milter", "CMilter", "Mail", "MilterPeer", "MilterStandIn", "TestRig"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "FilterTests",
            dependencies: ["Filter", "Policy", "Spamd", "Pyzor", "Mail", "TestRig", nio],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "Daemon", "Settings", "Filter", "Policy", "Milter", "Mail", "TestRig", "tamisd", nio, posix,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ProbeTests",
            dependencies: ["Probe", "Settings", "TestRig", "tamisd", nio],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TamisTests",
            dependencies: [
                "tamis", "Filter", "Settings", "Policy", "Spamd", "Pyzor", "Mail", "TestRig", arguments, nio, posix,
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "TestRigTests", dependencies: ["TestRig"], swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["TestRig", "tamisd", "tamis"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "FaultTests",
            dependencies: ["TestRig", "tamisd", "tamis"],
            exclude: ["wall-clock.c"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["TestRig", "MilterPeer", "MilterStandIn", "Mail", "tamisd", "tamis", crypto],
            exclude: ["TABLE.md"],
            swiftSettings: strict
        ),
        .target(name: "MilterPeer", dependencies: ["Mail"], path: "Tests/MilterPeer", swiftSettings: strict),
        .executableTarget(
            name: "MilterStandIn",
            dependencies: ["Milter", "Mail"],
            path: "Tests/MilterStandIn",
            swiftSettings: strict
        ),
        .executableTarget(name: "bench", dependencies: ["TestRig"], path: "Tests/Bench", swiftSettings: strict),
        .target(name: "TestRig", dependencies: [crypto], path: "Tests/TestRig", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

var nio: Target.Dependency { .product(name: "NIOCore", package: "swift-nio") }
var posix: Target.Dependency { .product(name: "NIOPosix", package: "swift-nio") }
var embedded: Target.Dependency { .product(name: "NIOEmbedded", package: "swift-nio") }
var tls: Target.Dependency { .product(name: "NIOSSL", package: "swift-nio-ssl") }
var tlsHandshake: Target.Dependency { .product(name: "NIOTLS", package: "swift-nio") }
var crypto: Target.Dependency { .product(name: "Crypto", package: "swift-crypto") }
var arguments: Target.Dependency { .product(name: "ArgumentParser", package: "swift-argument-parser") }

/// What every target is held to, beyond Swift 6's own checks.
var strict: [SwiftSetting] {
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}
