/// The parameters of a main.cf (postconf(5)).
///
/// How forgiving it is: comments and empty lines are skipped also within a value; a line that begins with a blank goes on with the
/// one before; of a name that stands twice the last counts. Values with `$name` are not expanded: `postconf` does that.
struct MainFile: Equatable, Sendable {
    let values: [String: String]

    init(_ text: String) {
        var values: [String: String] = [:]
        for line in PostfixLines.logical(text) {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            values[String(parts[0].trimmed)] = String(parts[1].trimmed)
        }
        self.values = values
    }
}

/// The services of a master.cf (master(5)).
struct MasterFile: Equatable, Sendable {
    enum Chroot: Equatable, Sendable {
        case yes
        case no
        /// A `-`: whatever Postfix has as default.
        case standard
    }

    struct Service: Equatable, Sendable {
        /// `smtp/inet`, as postconf -M names it.
        let name: String
        let chroot: Chroot
        /// The program, without its folder: `smtpd`.
        let program: String
    }

    let services: [Service]

    init(_ text: String) {
        var services: [Service] = []
        for line in PostfixLines.logical(text) {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 8 else { continue }
            let name = "\(words[0])/\(words[1])"
            let chroot: Chroot = words[4] == "y" ? .yes : words[4] == "n" ? .no : .standard
            let program = String(words[7].split(separator: "/").last ?? words[7])
            services.removeAll { $0.name == name }
            services.append(Service(name: name, chroot: chroot, program: program))
        }
        self.services = services
    }
}

/// Lines of Postfix's files.
private enum PostfixLines {
    /// Each with the lines that go on with it, comments left out.
    static func logical(_ text: String) -> [String] {
        var lines: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let content = line.trimmed
            if content.isEmpty || content.first == "#" { continue }
            if line.first == " " || line.first == "\t", let last = lines.popLast() {
                lines.append("\(last) \(content)")
            } else {
                lines.append(String(content))
            }
        }
        return lines
    }
}

/// One milter of `smtpd_milters`: where it is, and what was said of it alone.
struct PostfixMilter: Equatable, Sendable {
    /// `unix:tamis/milter.sock`
    let address: String
    /// `content_timeout` and so on; empty for the short form without braces.
    let attributes: [String: String]

    /// The milters of a value: `{ unix:a, content_timeout=120s }, inet:127.0.0.1:8891`.
    static func list(_ value: String) -> [PostfixMilter] {
        var milters: [PostfixMilter] = []
        var rest = value[...]
        while let character = rest.first {
            if character == " " || character == "\t" || character == "," {
                rest = rest.dropFirst()
            } else if character == "{" {
                let end = rest.firstIndex(of: "}") ?? rest.endIndex
                milters.append(PostfixMilter(words: rest[..<end].dropFirst()))
                rest = rest[end...].dropFirst()
            } else {
                let word = rest.prefix { $0 != " " && $0 != "\t" && $0 != "," }
                milters.append(PostfixMilter(words: word))
                rest = rest[word.endIndex...]
            }
        }
        return milters
    }

    private init(words text: Substring) {
        let words = text.split { $0 == " " || $0 == "\t" || $0 == "," }
        address = String(words.first ?? "")
        let pairs = words.dropFirst().map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        attributes = Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { $1 }
    }
}

/// A time as Postfix and Sendmail write it, `300s`, `5m` or, in seconds, `300`.
enum MailServerTime {
    static func seconds(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let factors: [Substring: Int64] = ["": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard let number = Int64(digits), number < 1_000_000, let factor = factors[text.dropFirst(digits.count)] else {
            return nil
        }
        return number * factor
    }
}

extension Substring {
    var trimmed: Substring {
        var text = drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text = text.dropLast() }
        return text
    }
}
