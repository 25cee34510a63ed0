// swift-tools-version: 6.2
import PackageDescription

// The house. Each room is a module, because the compiler guards a module; arrows point down only.
let package = Package(
    name: "tamis",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .target(name: "Mail", swiftSettings: strict),
        .target(name: "Filter", dependencies: ["Mail", nioCore], swiftSettings: strict),
        .target(name: "Daemon", dependencies: ["Mail", "Filter"], swiftSettings: strict),

        .testTarget(name: "MailTests", dependencies: ["Mail"], swiftSettings: strict),
        .testTarget(name: "FilterTests", dependencies: ["Filter", "Mail", nioCore], swiftSettings: strict),
        .testTarget(name: "DaemonTests", dependencies: ["Daemon", "Mail"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

var nioCore: Target.Dependency { .product(name: "NIOCore", package: "swift-nio") }

/// What every target is held to, beyond Swift 6's own checks.
var strict: [SwiftSetting] {
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}
