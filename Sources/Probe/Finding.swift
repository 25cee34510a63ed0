/// One line of what a probe found: about what, how it stands, and what is to be done where it does not stand well.
package struct Finding: Equatable, Sendable {
    package enum Level: String, Sendable, CaseIterable {
        case ok
        /// It works, or may work; somebody should look at it.
        case warning
        /// It does not work now.
        case failed
    }

    /// What a failure says to a script, as a number of sysexits.h.
    package enum Failure: Int32, Sendable {
        /// A server does not answer.
        case unavailable = 69
        /// What the settings name cannot be used.
        case settings = 78
    }

    package let level: Level
    /// `spamd 127.0.0.1:783`
    package let subject: String
    package let text: String
    /// Nil unless it failed.
    package let failure: Failure?

    package static func ok(_ subject: String, _ text: String) -> Finding {
        Finding(level: .ok, subject: subject, text: text, failure: nil)
    }

    package static func warning(_ subject: String, _ text: String) -> Finding {
        Finding(level: .warning, subject: subject, text: text, failure: nil)
    }

    package static func failed(_ subject: String, _ text: String, as failure: Failure) -> Finding {
        Finding(level: .failed, subject: subject, text: text, failure: failure)
    }
}

extension Finding: CustomStringConvertible {
    /// `warning  socket /run/tamis/milter.sock: ...`, one line without controls.
    package var description: String {
        let gap = String(repeating: " ", count: 9 - level.rawValue.utf8.count)
        let line = "\(subject): \(text)".unicodeScalars.map {
            $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : String($0)
        }
        return level.rawValue + gap + line.joined()
    }
}

/// All that a probe found, and the lines for the mail servers.
package struct ProbeReport: Equatable, Sendable {
    package var findings: [Finding] = []
    /// What belongs into main.cf and sendmail.mc, with what is to be known about it.
    package var mailServerLines: [String] = []

    package init() {}

    /// 0 when nothing failed; else 78 if what the settings name cannot be used, and 69 if a server does not answer.
    package var exitStatus: Int32 {
        let failures = findings.compactMap(\.failure)
        return failures.contains(.settings) ? 78 : failures.isEmpty ? 0 : 69
    }

    package var text: String {
        let counts = Finding.Level.allCases.map { level in "\(findings.count { $0.level == level }) \(level.rawValue)" }
        let lines = mailServerLines + [""] + findings.map(\.description) + ["", counts.joined(separator: ", ")]
        return lines.joined(separator: "\n") + "\n"
    }
}
