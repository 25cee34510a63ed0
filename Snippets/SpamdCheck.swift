//! Is this message spam, by how many points, and why?

// snippet.hide
import NIOCore
import Spamd

let text = "From: a@example.net\r\nSubject: hello\r\n\r\nHello.\r\n"
// snippet.show
// Two servers: the one with fewer requests under way is asked, and if it fails, the other.
let configuration = SpamdClient.Configuration(
    servers: [try SpamdServer("unix:/run/spamd.sock"), try SpamdServer("tls://scan.example.org:783")],
    timeout: .seconds(30),
    tls: TLSOptions(authorities: "/etc/ssl/our-ca.pem")
)
let client = try SpamdClient(configuration: configuration)

let scan = try await client.symbols(ByteBuffer(string: text))
print(scan.verdict.isSpam ? "spam" : "ham")
print("\(scan.verdict.score) of \(scan.verdict.threshold) points by \(scan.symbols)")

// The points of each rule stand in the report.
for rule in try await client.report(ByteBuffer(string: text)).report.rules {
    print("\(rule.points) \(rule.name): \(rule.description)")
}
