import Pyzor

/// One run of a question over files: asks, prints a line for each answer, and finds the exit status.
struct PyzorRun {
    let question: PyzorQuestion
    let client: PyzorClient
    let style: InputStyle
    let rule: DigestRule
    let json: Bool
    /// Where JSON goes, and where text for people.
    var print: @Sendable (String) -> Void = { StandardStreams.say($0) }
    var tell: @Sendable (String) -> Void = { StandardStreams.tell($0) }

    /// What came of it.
    struct Result: Equatable {
        /// 0, or the status of the first line that failed.
        var status: Int32 = 0
        /// Whether any answer says spam.
        var isHit = false
    }

    /// How many messages are asked about at once.
    private static let breadth = 16

    /// Asks about everything in the files, in their order.
    func ask(_ files: [String], reports: Int64 = 0, whitelistings: Int64 = 0) async -> Result {
        var result = Result()
        var progress = ProgressBar(total: files.count)
        for start in stride(from: 0, to: files.count, by: Self.breadth) {
            let chunk = Array(files[start..<min(start + Self.breadth, files.count)])
            for lines in await answers(chunk) {
                StandardStreams.prompt(progress.clearing)
                for line in lines {
                    if json { print(line.json.description) } else { tell(line.text) }
                    if result.status == 0, let failure = line.failure { result.status = failure.exitStatus }
                    result.isHit = result.isHit || line.isHit(reports: reports, whitelistings: whitelistings)
                }
                StandardStreams.prompt(progress.advance())
            }
        }
        return result
    }

    private func answers(_ files: [String]) async -> [[PyzorLine]] {
        await withTaskGroup(of: (Int, [PyzorLine]).self) { group in
            for (index, file) in files.enumerated() {
                group.addTask { (index, await answers(file)) }
            }
            var lines: [[PyzorLine]] = Array(repeating: [], count: files.count)
            for await (index, found) in group { lines[index] = found }
            return lines
        }
    }

    private func answers(_ file: String) async -> [PyzorLine] {
        let subjects: [PyzorSubject]
        do throws(PyzorFailure) {
            subjects = try style.subjects(of: file, rule: rule)
        } catch {
            return [PyzorLine(file: file, failure: error)]
        }
        var lines: [PyzorLine] = []
        for subject in subjects { lines += await question.ask(subject, of: file, with: client) }
        return lines
    }
}

extension InputStyle {
    /// What a file asks about; throws when it cannot be read, holds nothing to ask about, or holds a line among digests that
    /// is none.
    func subjects(of file: String, rule: DigestRule) throws(PyzorFailure) -> [PyzorSubject] {
        let input = try Self.input(file)
        let found = self == .digests ? try Self.digests(in: input) : subjects(in: input, rule: rule)
        guard !found.isEmpty else {
            let what = self == .digests ? "digest" : "message"
            throw PyzorFailure(kind: "noMessage", message: "holds no \(what)", exitStatus: 65)
        }
        return found
    }

    /// The digests of an input, one a line. (The stand-in for pyzor takes any text, as pyzor does.)
    private static func digests(in input: [UInt8]) throws(PyzorFailure) -> [PyzorSubject] {
        var subjects: [PyzorSubject] = []
        for line in TextLines.numbered(String(decoding: input, as: UTF8.self)) {
            let text = TextLines.trimmed(line.text)
            guard !text.isEmpty else { continue }
            guard text.utf8.count == 40, text.utf8.allSatisfy(\.isHexDigit) else {
                let found = TerminalText.line(text, limit: 60)
                let message = "line \(line.number) is no digest: expected 40 hexadecimal digits, found \"\(found)\""
                throw PyzorFailure(kind: "noDigest", message: message, exitStatus: 65)
            }
            subjects.append(PyzorSubject(digest: .success(text.lowercased())))
        }
        return subjects
    }

    /// The bytes of a file, none of which is no message.
    static func input(_ file: String) throws(PyzorFailure) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try InputFiles.read(file)
        } catch {
            throw PyzorFailure(unreadable: error.description)
        }
        guard !bytes.isEmpty else { throw PyzorFailure(kind: "noMessage", message: "holds no message", exitStatus: 65) }
        return bytes
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x46).contains(self) || (0x61...0x66).contains(self)
    }
}
