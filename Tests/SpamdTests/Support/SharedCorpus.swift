import Foundation

/// Recorded conversations that lie outside the repository, beside it.
enum SharedCorpus {
    /// The folder of the vectors; nil where it is absent.
    static let spamd: URL? = {
        let root =
            ProcessInfo.processInfo.environment["TAMIS_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("shared")
        let folder = root.appendingPathComponent("corpus/spamd")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static let isAbsent = spamd == nil

    /// The names of all vectors.
    static let names: [String] = {
        guard let spamd else { return [] }
        let files = (try? FileManager.default.contentsOfDirectory(atPath: spamd.path)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }()

    static func bytes(_ file: String) throws -> [UInt8] {
        guard let spamd else { throw CocoaError(.fileNoSuchFile) }
        return Array(try Data(contentsOf: spamd.appendingPathComponent(file)))
    }
}
