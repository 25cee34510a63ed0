import ArgumentParser
import Pyzor

/// How a command's input is read: one message, an mbox of messages, or digests.
enum InputStyle: String, CaseIterable, ExpressibleByArgument {
    case msg
    case mbox
    case digests

    /// What the input asks about, in order.
    ///
    /// A digest from a message is checked; one that is given as text is taken as it stands, since a server takes any.
    func subjects(in input: [UInt8], rule: DigestRule) -> [PyzorSubject] {
        switch self {
        case .msg: [PyzorSubject(message: input, rule: rule)]
        case .mbox: MailboxFile.messages(in: input).map { PyzorSubject(message: $0, rule: rule) }
        case .digests:
            TextLines.numbered(String(decoding: input, as: UTF8.self)).map { TextLines.trimmed($0.text) }
                .filter { !$0.isEmpty }.map { PyzorSubject(digest: .success($0)) }
        }
    }
}

/// A digest to ask about, or why a message has none.
struct PyzorSubject: Hashable, Sendable {
    let digest: Result<String, DigestError>

    init(digest: Result<String, DigestError>) {
        self.digest = digest
    }

    init(message: [UInt8], rule: DigestRule) {
        do {
            digest = .success(try MessageDigest(of: message, rule: rule).description)
        } catch {
            digest = .failure(error)
        }
    }
}

extension DigestRule {
    /// Reads the names of the settings file.
    static func named(_ text: String) throws -> DigestRule {
        switch text {
        case "pyzor-1.1": .pyzor1_1
        case "pyzor-1.0": .pyzor1_0
        default: throw ValidationError("expected pyzor-1.1 or pyzor-1.0, not \"\(text)\"")
        }
    }
}
