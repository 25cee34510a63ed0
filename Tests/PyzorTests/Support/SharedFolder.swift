import Foundation

/// The folder of recorded cases beside the checkout, where there is one: tests that need it are skipped without it.
enum SharedFolder {
    static let url: URL? = {
        if let named = ProcessInfo.processInfo.environment["TAMIS_SHARED"] {
            return URL(fileURLWithPath: named)
        }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let beside = package.deletingLastPathComponent().appendingPathComponent("shared")
        return FileManager.default.fileExists(atPath: beside.path) ? beside : nil
    }()

    /// The recorded packets, nil where there are none.
    static var pairs: URL? { existing("corpus/pyzor/wire/pairs") }

    static func existing(_ path: String) -> URL? {
        guard let found = url?.appendingPathComponent(path) else { return nil }
        return FileManager.default.fileExists(atPath: found.path) ? found : nil
    }
}
