import Glibc

/// One part of Tamis that is fed with hostile bytes, and what is promised of it whatever they are.
///
/// `run` returns when every promise was kept; otherwise the process ends, and libFuzzer keeps the bytes.
public struct FuzzTarget: Sendable {
    public let name: String
    public let run: @Sendable ([UInt8]) -> Void

    public static let all = [
        milterEvents, spamdResponse, pyzorReply, message, digest, html, settings, headers,
    ]

    public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Ends the run when a promise is broken, and says which.
func demand(_ isKept: Bool, _ promise: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line) {
    if !isKept { broken(promise(), file, line) }
}

/// The value; without one a promise is broken.
func demanded<Value>(
    _ value: Value?,
    _ promise: @autoclosure () -> String,
    file: StaticString = #fileID,
    line: UInt = #line
) -> Value {
    guard let value else { broken(promise(), file, line) }
    return value
}

func broken(_ promise: String, _ file: StaticString = #fileID, _ line: UInt = #line) -> Never {
    tell("BROKEN at \(file):\(line): \(promise)")
    abort()
}

/// Writes a line to standard error.
public func tell(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Reads decisions from the front of an input; past its end all are 0.
struct Choices {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    mutating func number(below limit: Int) -> Int { Int(byte()) % limit }

    mutating func flag() -> Bool { byte() & 1 == 1 }

    /// Up to the next byte 0xFF, which is left out: no UTF-8 text holds it.
    mutating func field() -> [UInt8] {
        let end = rest.firstIndex(of: 0xFF) ?? rest.endIndex
        defer { rest = end < rest.endIndex ? rest[(end + 1)...] : [] }
        return Array(rest[..<end])
    }
}
