import TestRig
import Testing

/// The private mail servers, without a filter: nobody listens where they look for one, and they do without.
@Suite(
    .ownThread,
    .enabled(if: Programs.canRunMailServers, "private mail servers need root and scripts/install-packages")
)
struct MailServerTests {
    @Test func `Postfix delivers byte for byte`() throws {
        var options = Postfix.Options()
        options.defaultAction = "accept"
        let postfix = try Postfix(options)
        defer { postfix.stop() }
        try expectDelivery(by: postfix)
    }

    @Test func `Postfix delivers with smtpd in a chroot`() throws {
        var options = Postfix.Options()
        options.defaultAction = "accept"
        options.isChrooted = true
        let postfix = try Postfix(options)
        defer { postfix.stop() }
        try expectDelivery(by: postfix)
        #expect(postfix.log.contains("unix:tamis/milter.sock"))
    }

    @Test func `Postfix without its filter asks to try again`() throws {
        let postfix = try Postfix()
        defer { postfix.stop() }
        let reply = try SMTPClient.deliver(.ham("late"), port: postfix.port)
        #expect(reply.code == 451)
        #expect(try postfix.delivered().isEmpty)
    }

    @Test func `Sendmail delivers byte for byte`() throws {
        let sendmail = try Sendmail(equates: "T=C:10s")
        defer { sendmail.stop() }
        try expectDelivery(by: sendmail)
    }

    private func expectDelivery(by server: some MailServer) throws {
        var letter = Letter.ham("plain", adding: [("X-Spam-Flag", "YES"), ("x-spam-flag", "folded\n\tvalue")])
        letter.body += Array(".\r\n..dots\r\n".utf8)
        let reply = try SMTPClient.deliver(letter, port: server.port)
        #expect(reply.code == 250)
        let delivered = try server.delivered("plain")
        #expect(delivered.bodyDigest == letter.bodyDigest)
        #expect(delivered.spamFields == letter.spamFields)
        #expect(try server.quarantined() == 0)
    }
}
