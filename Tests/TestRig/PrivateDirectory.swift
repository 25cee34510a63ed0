import Foundation
import Glibc

/// A fresh folder of this test run, removed at the end of the run at the latest, however the run ends.
///
/// Root gets it under /run, since Sendmail refuses sockets below a folder that everybody may write; everybody may
/// look into it, since the mail servers give up their rights. The path is short enough for a socket's name.
package struct PrivateDirectory: Sendable {
    package let path: String

    package init() throws {
        let parent = getuid() == 0 ? "/run" : NSTemporaryDirectory()
        var template = Array("\(parent)/tamis-test.XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw RigError.system("mkdtemp in \(parent)") }
        path = String(cString: made)
        chmod(path, 0o755)
        Undertaker.shared.remember(.folder(path))
    }

    /// The path of a file or folder in it; nothing is made.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    package func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
    }

    package func read(_ name: String) -> String {
        guard let data = FileManager.default.contents(atPath: path(name)) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    package func exists(_ name: String) -> Bool { access(path(name), F_OK) == 0 }

    /// Names in a folder of it, hidden ones left out, in order of name; none when it is absent.
    package func names(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
