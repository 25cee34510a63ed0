import MilterPeer
import TestRig

/// Clients of other kinds than the usual one.
extension Scene {
    /// The mailing from a user who logged in: to Postfix by XCLIENT, which its own proxies use to hand a login on.
    func sendLoggedIn(_ mailing: Mailing, mark: String) throws -> Told {
        if let peerHost = host as? PeerHost {
            guard let peer = try peerHost.connection() else { throw RigError("Tamis wants no connection") }
            defer { peer.close() }
            try peer.macros(for: "M", [("{auth_type}", "PLAIN"), ("{auth_authen}", "alice")])
            return try peerHost.send(mailing, mark: mark, over: peer)
        }
        let client = try client()
        defer { client.disconnect() }
        try client.hello()
        let answer = try client.command("XCLIENT LOGIN=alice")
        guard answer.isPositive else { throw RigError("XCLIENT: \(answer)") }
        try client.hello()
        return try client.send(mailing, mark: mark)
    }

    /// The mailing by Postfix' sendmail command.
    func sendLocally(_ mailing: Mailing, mark: String) throws {
        guard let server = (host as? MailServerHost)?.server as? Postfix else { throw RigError("no Postfix") }
        try server.sendLocally(
            Letter(parsing: mailing.message),
            from: mailing.sender(mark),
            to: mailing.recipients(mark)[0]
        )
    }
}
