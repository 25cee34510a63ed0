//! Is spamd there? And if not, why?

// snippet.hide
import NIOCore
import Spamd

// snippet.show
let client = try SpamdClient(configuration: .init(servers: [SpamdServer("127.0.0.1:783")]))

do {
    let server = try await client.ping(deadline: .now() + .seconds(5))
    print("\(server) answers")
} catch {
    // Always a SpamdError: no cast, no default case that hides a new kind.
    switch error.reason {
    case .connectFailed: print("nobody listens: \(error)")
    case .timedOut: print("busy, or a firewall: \(error)")
    default: print(error)
    }
}
