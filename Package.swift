// swift-tools-version: 6.2
import PackageDescription

// The house. Each room is a module, because the compiler guards a module; arrows point down only.
let package = Package(
    name: "tamis",
    targets: [
        .target(name: "Mail", swiftSettings: strict),
        .testTarget(name: "MailTests", dependencies: ["Mail"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

/// What every target is held to, beyond Swift 6's own checks.
var strict: [SwiftSetting] {
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}
