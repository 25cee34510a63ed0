import Pyzor
import Spamd

extension Form where Value == SpamdServer {
    /// `HOST:PORT`, `tls://HOST:PORT` or `unix:/path`; the port cannot be left out.
    static var spamdServer: Form {
        .scalar(
            expected: "HOST:PORT, tls://HOST:PORT or unix:/path",
            parse: { text throws(Refusal) in
                if text.hasPrefix("/") { throw .unlike(hint: "write unix:\(text)") }
                let isTLS = text.hasPrefix("tls://")
                if text.contains("://"), !isTLS { throw .unlike() }
                if text.hasPrefix("unix:") {
                    let path = String(text.dropFirst(5))
                    if let complaint = complaint(aboutSocketPath: path) { throw .wrong(complaint) }
                } else {
                    _ = try HostAndPort(parsing: text.dropFirst(isTLS ? 6 : 0))
                }
                do throws(SpamdError) {
                    return try SpamdServer(text)
                } catch {
                    throw .wrong(error.text)
                }
            },
            write: { yamlScalar($0.description) }
        )
    }
}

extension Form where Value == PyzorServer {
    /// `HOST:PORT`; the port cannot be left out.
    static var pyzorServer: Form {
        .scalar(
            expected: "HOST:PORT",
            parse: { text throws(Refusal) in
                if text.contains("://") { throw .unlike() }
                _ = try HostAndPort(parsing: text)
                do throws(PyzorError) {
                    return try PyzorServer(text)
                } catch {
                    throw .wrong(error.description)
                }
            },
            write: { yamlScalar($0.description) }
        )
    }
}
