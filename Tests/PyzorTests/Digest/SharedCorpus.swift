import Foundation
import Testing

/// The corpus of messages and vectors that lies beside the repository on machines where Tamis is developed.
///
/// It is found as `../shared` from the package, or where the environment variable TAMIS_SHARED says.
enum SharedCorpus {
    static let folder: URL? = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["TAMIS_SHARED"].map { URL(fileURLWithPath: $0) }
        let shared = named ?? package.deletingLastPathComponent().appendingPathComponent("shared")
        let pyzor = shared.appendingPathComponent("corpus/pyzor")
        return FileManager.default.fileExists(atPath: pyzor.path) ? pyzor : nil
    }()

    static var isHere: Bool { folder != nil }

    static func bytes(_ path: String) throws -> [UInt8] {
        let folder = try #require(folder)
        return [UInt8](try Data(contentsOf: folder.appendingPathComponent(path)))
    }

    /// The objects of a file with one JSON object a line.
    static func lines<Row: Decodable>(_ path: String, as: Row.Type) throws -> [Row] {
        try bytes(path).split(separator: 0x0A).map { try JSONDecoder().decode(Row.self, from: Data($0)) }
    }
}

extension [UInt8] {
    /// Bytes from hexadecimal digits.
    init(hex: String) {
        let digits = [UInt8](hex.utf8).map { UInt8($0 < 0x3A ? $0 - 0x30 : ($0 | 0x20) - 0x57) }
        self = stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
