// swift-tools-version: 6.2
import PackageDescription

// Measures the libraries by their public interface alone, beside the programs that people use today. A package of its own, so that nobody
// who builds Tamis builds this. See README.md.
let package = Package(
    name: "tamis-benchmarks",
    dependencies: [
        .package(name: "tamis", path: ".."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .executableTarget(
            name: "SpamdBench",
            dependencies: [
                .product(name: "Spamd", package: "tamis"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .executableTarget(name: "PyzorBench", dependencies: [.product(name: "Pyzor", package: "tamis")]),
        .executableTarget(name: "StandIn"),
        .executableTarget(name: "Spawner"),
    ],
    swiftLanguageModes: [.v6]
)
