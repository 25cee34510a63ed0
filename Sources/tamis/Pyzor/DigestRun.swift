import Pyzor

/// One run of `tamis pyzor digest` or `predigest` over files.
struct DigestRun {
    let style: InputStyle
    let rule: DigestRule
    let json: Bool
    let showsLines: Bool
    /// Where JSON goes, where text for people, and where the lines of a message.
    var print: @Sendable (String) -> Void = { StandardStreams.say($0) }
    var tell: @Sendable (String) -> Void = { StandardStreams.tell($0) }
    var pass: @Sendable ([UInt8]) -> Void = { StandardStreams.pass($0) }

    /// Prints the digests of everything in the files; the exit status is that of the first failure.
    func digests(of files: [String]) -> Int32 {
        var status: Int32 = 0
        var progress = ProgressBar(total: files.count)
        for file in files {
            StandardStreams.prompt(progress.clearing)
            for line in lines(of: file) {
                show(line)
                if status == 0, let failure = line.failure { status = failure.exitStatus }
            }
            StandardStreams.prompt(progress.advance())
        }
        return status
    }

    private func lines(of file: String) -> [DigestLine] {
        do throws(PyzorFailure) {
            let input = try InputStyle.input(file)
            let messages = style == .mbox ? MailboxFile.messages(in: input) : [input]
            guard style != .digests else {
                return try style.subjects(of: file, rule: rule).map { subject in
                    DigestLine(file: file, digest: try? subject.digest.get(), showsLines: showsLines)
                }
            }
            guard !messages.isEmpty else {
                throw PyzorFailure(kind: "noMessage", message: "holds no message", exitStatus: 65)
            }
            return messages.map { line(of: $0, in: file) }
        } catch {
            return [DigestLine(file: file, showsLines: showsLines, failure: error)]
        }
    }

    private func line(of message: [UInt8], in file: String) -> DigestLine {
        var line = DigestLine(file: file, showsLines: showsLines)
        do throws(DigestError) {
            line.digest = try MessageDigest(of: message, rule: rule).description
            if showsLines { line.lines = try MessageDigest.lines(of: message, rule: rule).hashed }
        } catch {
            line.failure = PyzorFailure(error)
        }
        return line
    }

    /// JSON, or a digest and its file, or the hashed lines alone.
    private func show(_ line: DigestLine) {
        guard !json else { return print(line.json.description) }
        if let failure = line.failure {
            StandardStreams.complain("\(line.file): \(failure.message)")
        } else if showsLines {
            for text in line.lines ?? [] { pass(Array((text + "\n").utf8)) }
        } else {
            tell("\(line.digest ?? "")  \(line.file)")
        }
    }
}
