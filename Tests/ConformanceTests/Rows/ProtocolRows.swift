import MilterPeer
import TestRig

extension Promise {
    /// Corners of the milter protocol, on the scripted peer: what no mail server of ours does, and others may.
    static let protocolCorners: [Promise] = negotiations + commands + oversized

    /// A row about sessions that the trial holds itself, with spamd saying ham.
    private static func row(
        _ name: String,
        rules: Rules = .usual,
        _ trial: @escaping @Sendable (Scene, PeerHost) throws -> Void
    ) -> Promise {
        let reason = "what this server never does"
        return Promise("Milter protocol", name, rules: rules, absent: [.postfix: reason, .sendmail: reason]) { scene in
            guard let host = scene.host as? PeerHost else { throw RigError("no scripted peer") }
            scene.answers(.score("3.2"))
            try trial(scene, host)
            // Whatever that was, the next client is served.
            try scene.expect(.delivered(Written.ham("3.2")), of: Mailing())
        }
    }

    /// A Tamis of its own: with MTAs that agreed to different things it puts such connections off.
    private static let kept = Rules("kept connections", Rules.sections())

    private static func judged(_ outcome: Peer.Outcome) -> Bool {
        outcome.edits.contains { edit in
            if case .insertHeader(_, "X-Spam-Status", let value) = edit { return value.contains("No, score=3.2") }
            return false
        }
    }

    private static func session(_ host: PeerHost, _ offer: Peer.Offer = Peer.Offer()) throws -> Peer {
        let peer = try Peer(path: host.milterSocket, timeout: 20)
        try peer.negotiate(offer)
        try peer.connected(host: "mail.example.net", ip: "203.0.113.7")
        try peer.helo("mail.example.net")
        return peer
    }

    private static var negotiations: [Promise] {
        (2...6).map { version in
            row("an MTA of protocol version \(version)") { scene, host in
                // What each version brought (sendmail's mfdef.h): 2 had six steps to leave out, 6 has all.
                let steps: UInt32 = version < 4 ? 0x7F : version < 6 ? 0x3FF : 0x1F_FFFF
                let actions: UInt32 = version < 6 ? 0x3F : 0x1FF
                let peer = try session(host, Peer.Offer(version: UInt32(version), actions: actions, steps: steps))
                scene.check(judged(try peer.message()), "no verdict")
                scene.check(peer.settled.version <= UInt32(version), "settled on version \(peer.settled.version)")
                try peer.quit()
            }
        } + [
            row("an MTA that offers nothing newer than version 2, and says 6") { scene, host in
                let peer = try session(host, Peer.Offer(actions: 0x3F, steps: 0x7F))
                scene.check(
                    judged(try peer.message(headers: [("Subject", " hello"), ("X-Spam-Flag", " NO")])),
                    "no verdict"
                )
                try peer.quit()
            },
            row("an MTA without leading blanks gets values without them") { scene, host in
                let peer = try session(host, Peer.Offer(steps: 0x0F_FFFF))
                let outcome = try peer.message()
                let values = outcome.edits.compactMap { edit in
                    if case .insertHeader(_, _, let value) = edit { return value }
                    return nil
                }
                scene.check(!values.isEmpty && values.allSatisfy { !$0.hasPrefix(" ") }, "values: \(values)")
                try peer.quit()
            },
            row("an MTA that cannot quarantine is turned away, for the settings ask for it") { scene, host in
                let peer = try Peer(path: host.milterSocket, timeout: 20)
                let settled = try? peer.negotiate(Peer.Offer(actions: 0x1F))
                scene.check(settled == nil, "it was taken")
                peer.close()
            },
        ]
    }

    private static var commands: [Promise] {
        [
            row("empty and missing macros") { scene, host in
                let peer = try Peer(path: host.milterSocket, timeout: 20)
                try peer.negotiate()
                for letter in "CHMRTE" { try peer.macros(for: letter, []) }
                try peer.macros(for: "C", [("j", ""), ("{daemon_name}", ""), ("_", "")])
                try peer.connected(host: "", ip: "203.0.113.7")
                try peer.helo("")
                try peer.macros(for: "M", [("i", ""), ("{auth_type}", ""), ("{auth_authen}", ""), ("", "x")])
                try peer.mail("<a@example.org>")
                try peer.recipient("<b@tag.test>")
                try peer.header("Subject", " x")
                try peer.endOfHeaders()
                scene.check(judged(try peer.endOfMessage()), "no verdict")
                try peer.quit()
            },
            row("a packet of macros that is cut short harms no other connection") { _, host in
                let peer = try session(host)
                try peer.send(Peer.Packet("D", "M{auth_type}"))
                peer.close()
            },
            row("ABORT twice, and ABORT without a message") { scene, host in
                let peer = try session(host)
                try peer.abort()
                try peer.mail("<a@example.org>")
                try peer.recipient("<b@tag.test>")
                try peer.abort()
                try peer.abort()
                scene.check(judged(try peer.message()), "no verdict")
                try peer.abort()
                try peer.abort()
                scene.check(judged(try peer.message()), "no verdict behind it")
                try peer.quit()
            },
            row("end of message without header and body") { scene, host in
                let peer = try session(host)
                try peer.mail("<>")
                try peer.recipient("<b@tag.test>")
                scene.check(judged(try peer.endOfMessage()), "no verdict")
                try peer.quit()
            },
            row("commands that were negotiated away, and unknown ones") { scene, host in
                let peer = try session(host)
                try peer.send(Peer.Packet("U", "XYZZY\0"))
                scene.equal(try peer.receive().command, "c", "reply to an unknown command")
                try peer.send(Peer.Packet("T"))
                scene.equal(try peer.receive().command, "c", "reply to DATA")
                scene.check(judged(try peer.message()), "no verdict")
                peer.close()
            },
            row("the connection is used again for another client (QUIT_NC)", rules: kept) { scene, host in
                let peer = try session(host)
                scene.check(judged(try peer.message()), "no verdict")
                for round in 0..<3 {
                    try peer.quitForNewConnection()
                    try peer.connected(host: "mail\(round).example.net", ip: "203.0.113.\(round + 8)")
                    try peer.helo("mail\(round).example.net")
                    scene.check(judged(try peer.message()), "no verdict for client \(round)")
                }
                let received = scene.answers.spamd.questions.last?.letter.values("Received").first ?? ""
                scene.check(received.contains("[203.0.113.10]"), "another client's address: \(received)")
                try peer.quit()
            },
            row("a client of no known family") { scene, host in
                let peer = try Peer(path: host.milterSocket, timeout: 20)
                try peer.negotiate()
                try peer.connected(host: "localhost", ip: nil)
                try peer.helo("x")
                // Local mail is skipped by default.
                scene.equal(try peer.mail("<a@example.org>")?.command, "a", "reply to MAIL")
                peer.close()
            },
        ]
            + (0..<8).map { stage in
                row(
                    "a mail server that is gone after \(["the connection", "the negotiation", "CONNECT", "HELO", "MAIL", "RCPT", "a field", "half a packet"][stage])"
                ) { _, host in
                    for _ in 0..<5 { try vanish(host, after: stage) }
                }
            }
    }

    private static func vanish(_ host: PeerHost, after stage: Int) throws {
        let peer = try Peer(path: host.milterSocket, timeout: 20)
        defer { peer.close() }
        if stage > 0 { try peer.negotiate() }
        if stage > 1 { try peer.connected(host: "mail.example.net", ip: "203.0.113.7") }
        if stage > 2 { try peer.helo() }
        if stage > 3 { try peer.mail("<a@example.org>") }
        if stage > 4 { try peer.recipient("<b@tag.test>") }
        if stage > 5 { try peer.header("Subject", " x") }
        if stage > 6 { try peer.sendRaw([0, 0, 255, 255, 66, 1, 2]) }
    }

    private static var oversized: [Promise] {
        [
            row("pieces of the body of 65,535 bytes") { scene, host in
                let peer = try session(host)
                let body = String(repeating: "sixteen bytes..\n", count: 65_535 * 3 / 16)
                scene.check(judged(try peer.message(body: body)), "no verdict")
                try peer.quit()
            },
            row("a packet of a megabyte ends that connection alone") { scene, host in
                let other = try session(host)
                let peer = try session(host)
                try peer.mail("<a@example.org>")
                try? peer.sendRaw([0, 16, 0, 0, 66] + Array(repeating: 120, count: 1 << 20))
                scene.check(peer.isClosedByFilter(), "it is still open")
                peer.close()
                scene.check(judged(try other.message()), "the other connection died")
                try other.quit()
            },
            row("a packet of no length, and one of 4 GB") { _, host in
                for bytes: [UInt8] in [[0, 0, 0, 0], [255, 255, 255, 255, 77]] {
                    let peer = try session(host)
                    try peer.sendRaw(bytes)
                    peer.close()
                }
            },
            row("strings without their NUL") { scene, host in
                let peer = try session(host)
                try peer.send(Peer.Packet("M", "<a@example.org>"))
                peer.close()
                let header = try session(host)
                try header.mail("<a@example.org>")
                try header.send(Peer.Packet("L", "Subject"))
                header.close()
                scene.check(scene.tamisd.isRunning, "Tamis has ended")
            },
        ]
    }
}
