import Glibc
import Mail

@testable import Daemon

/// The daemon's log in a file without a name: what is written is read back, and each line must be one.
struct CheckedLog: Sendable {
    let output: LogOutput
    private let descriptor: Int32

    init() {
        var path = Array("/tmp/tamis-fuzz-XXXXXX".utf8CString)
        descriptor = mkstemp(&path)
        demand(descriptor >= 0 && unlink(path) == 0, "a file without a name")
        output = LogOutput(destination: .journal, level: .debug, descriptor: descriptor)
    }

    func configure(for live: LiveConfiguration) {
        output.configure(level: .debug, format: live.logFormat)
    }

    /// What was written since the last check.
    var text: String { String(decoding: read(), as: UTF8.self) }

    /// Looks at all that was written since the last time, and forgets it.
    func check() {
        let bytes = read()
        lseek(descriptor, 0, SEEK_SET)
        demand(bytes.isEmpty || bytes.last == 0x0A, "the log ends with a line end")
        for line in bytes.split(separator: 0x0A) { check(line) }
    }

    private func read() -> [UInt8] {
        while !output.isIdle { sched_yield() }
        let size = Int(lseek(descriptor, 0, SEEK_CUR))
        var bytes = [UInt8](repeating: 0, count: size)
        demand(pread(descriptor, &bytes, size, 0) == size, "the log can be read")
        return bytes
    }

    private func check(_ line: ArraySlice<UInt8>) {
        let text = String(decoding: line, as: UTF8.self)
        demand(line.count <= 1_010, "a line of the log has 1000 bytes at most: \(line.count) \(text)")
        demand(line.allSatisfy(\.isPrintableASCII), "a line of the log is printable: \(text)")
        let opening = line.prefix(3)
        demand(opening.first == 0x3C && opening.last == 0x3E, "it begins with its priority: \(text)")
        let rest = line.dropFirst(3)
        if rest.first == 0x7B { return demand(rest.last == 0x7D, "JSON is whole: \(text)") }
        guard rest.starts(with: "milter: ".utf8) == false else { return }
        let id = rest.prefix { $0 != 0x20 }
        demand(id.last == 0x3A && id.count { $0 == 0x3A } == 1, "then with a queue id: \(text)")
    }
}
