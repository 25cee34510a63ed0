import Foundation
import TestRig
import Testing

/// Mail through a real mail server, Tamis and real or scripted scanners.
///
/// All suites are nested here, one test at a time: they share one Postfix and one Sendmail, to whose milter socket
/// each test attaches a daemon of its own.
@Suite(
    .serialized,
    .ownThread,
    .enabled(if: Programs.canRunMailServers, "private mail servers need root and scripts/install-packages")
)
enum EndToEnd {}

/// The mail servers of the tests, by name; each is started once.
enum Server: String, CaseIterable, CustomTestStringConvertible {
    case postfix = "Postfix"
    case sendmail = "Sendmail"

    var testDescription: String { rawValue }

    func get() throws -> any MailServer {
        switch self {
        case .postfix: try Shared.postfix.get()
        case .sendmail: try Shared.sendmail.get()
        }
    }
}

/// What is started once for all tests; it ends with the test run.
enum Shared {
    static let postfix = Result { try Postfix() }
    static let sendmail = Result { try Sendmail() }
    static let spamd = Result { try RealSpamd() }
    static let pyzord = Result { try RealPyzord() }
}

extension DaemonSettings {
    /// Real spamd, real pyzord.
    static func real(_ server: any MailServer, _ sections: String = "") throws -> DaemonSettings {
        try DaemonSettings(
            server,
            spamd: [Shared.spamd.get().address],
            pyzor: [Shared.pyzord.get().address],
            sections
        )
    }
}
