import CMilter
import Glibc
import Mail
import Synchronization

/// The MTA's side of a connection: what it knows, and what it was asked for. libmilter's stand-in asks it.
///
/// One for the process, as there is one run at a time. What is asked for is checked as it comes: nothing that an MTA could take for
/// something else may ever reach it.
struct MTA: Sendable {
    static let present = Mutex(MTA())

    /// Values of macros, by name, as C strings that live until the next run.
    private var macros: [[UInt8]: MacroValue] = [:]
    /// The names of the message's fields as they are now, and whether one was taken away.
    private(set) var fields: [HeaderName] = []
    private(set) var insertions = 0
    private(set) var edits = 0
    private(set) var replyLines = 0
    /// Whether every request fails from now on: the MTA has gone.
    var isGone = false
    /// Whether end of message is being answered: before it nothing may be changed.
    var isAtEnd = false
    private var lastDeleted: (name: HeaderName, index: Int)?

    private struct MacroValue: @unchecked Sendable {
        let text: UnsafeMutablePointer<CChar>
    }

    mutating func reset() {
        for value in macros.values { free(value.text) }
        self = MTA()
    }

    mutating func set(_ name: [UInt8], _ value: [UInt8]) {
        if let old = macros[name] { free(old.text) }
        macros[name] = value.withCString { strdup($0) }.map { MacroValue(text: $0) }
    }

    func macro(_ name: [UInt8]) -> UnsafePointer<CChar>? { macros[name].map { UnsafePointer($0.text) } }

    mutating func beginMessage() {
        fields = []
        forgetAnswer()
    }

    mutating func show(_ name: HeaderName) { fields.append(name) }

    mutating func forgetAnswer() {
        insertions = 0
        edits = 0
        replyLines = 0
        lastDeleted = nil
    }
}

extension MTA {
    mutating func reply(_ code: String, _ enhanced: String, _ line: [UInt8]) {
        replyLines += 1
        demand(code.count == 3 && (code.first == "4" || code.first == "5"), "a reply is 4xx or 5xx: \(code)")
        demand(enhanced.first == code.first, "its enhanced code is of its class: \(code) \(enhanced)")
        demand(line.count <= 980 && line.allSatisfy(\.isPrintableASCII), "a line of it is ASCII, 980 bytes at most")
        demand(line.split(separator: 0x25, omittingEmptySubsequences: false).count % 2 == 1, "each % stands twice")
    }

    mutating func edit(_ kind: UInt8, _ index: Int, _ name: [UInt8]?, _ value: [UInt8]?) -> Bool {
        if kind == UInt8(ascii: "l") { return true }
        demand(isAtEnd, "nothing is changed before the end of the message")
        if kind == UInt8(ascii: "p") { return !isGone }
        if isGone { return false }
        edits += 1
        switch kind {
        case UInt8(ascii: "i"), UInt8(ascii: "h"):
            insertions += 1
            let name = demanded(name.flatMap { HeaderName(String(decoding: $0, as: UTF8.self)) }, "a lawful name")
            demand(index == 1 || kind == UInt8(ascii: "h"), "our fields stand below the MTA's own Received")
            LawfulValue(value ?? [], after: name).check()
        case UInt8(ascii: "m"): changed(name ?? [], index, value ?? [])
        case UInt8(ascii: "d"): delete(HeaderName(received: name ?? []), index)
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            demand(name?.contains { $0 == 0x0A || $0 == 0x0D } == false, "an address is one line")
        case UInt8(ascii: "q"):
            demand(value.map { (1...100).contains($0.count) && $0.allSatisfy(\.isPrintableASCII) } == true, "a reason")
        default: broken("an edit that no policy makes: \(UnicodeScalar(kind))")
        }
        return true
    }

    /// Only the subject is ever changed; its received bytes stay, and no field can begin in them.
    private func changed(_ name: [UInt8], _ index: Int, _ value: [UInt8]) {
        demand(HeaderName(received: name) == "Subject" && index == 1, "only the first subject is changed")
        for (place, byte) in value.enumerated() where byte == 0x0A {
            demand(place + 1 < value.count && value[place + 1].isBlank, "a line end is a fold")
        }
        demand(!value.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 == 0x7F }, "no controls in a subject")
    }

    /// Postfix renumbers after each deletion, Sendmail does not: from the highest index down both do the same.
    private mutating func delete(_ name: HeaderName, _ index: Int) {
        if let last = lastDeleted, last.name == name {
            demand(index < last.index, "fields of a name go from the highest index down")
        }
        lastDeleted = (name, index)
        let places = fields.indices.filter { fields[$0] == name }
        demand(places.indices.contains(index - 1), "a field that is deleted is there: \(name) \(index)")
        fields.remove(at: places[index - 1])
    }
}

// MARK: - What the stand-in for libmilter calls (standin.c)

@_cdecl("fuzz_macro")
func macro(_ name: UnsafePointer<CChar>) -> UnsafePointer<CChar>? {
    MTA.present.withLock { mta in MacroPointer(text: mta.macro(bytes(name))) }.text
}

@_cdecl("fuzz_edit")
func edit(_ kind: CChar, _ index: Int32, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?) -> Int32 {
    let name = name.map { bytes($0) }
    let value = value.map { bytes($0) }
    return MTA.present.withLock { $0.edit(UInt8(bitPattern: kind), Int(index), name, value) } ? MI_SUCCESS : MI_FAILURE
}

@_cdecl("fuzz_reply")
func reply(_ code: UnsafePointer<CChar>, _ enhanced: UnsafePointer<CChar>, _ line: UnsafePointer<CChar>) -> Int32 {
    let (code, enhanced, line) = (String(cString: code), String(cString: enhanced), bytes(line))
    MTA.present.withLock { $0.reply(code, enhanced, line) }
    return MI_SUCCESS
}

/// A pointer that leaves the lock: it lives until the next run.
private struct MacroPointer: @unchecked Sendable {
    let text: UnsafePointer<CChar>?
}

private func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
}

extension [UInt8] {
    /// Calls `body` with the bytes up to the first NUL as a C string.
    func withCString<Result>(_ body: (UnsafeMutablePointer<CChar>) -> Result) -> Result {
        var text = prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
        return text.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }
}
