import Foundation
import TestRig
import Testing

/// A mail server whose macros are hostile and a client whose HELO is, through the real socket of the real daemon.
@Suite(.ownThread) struct HostileClientTests {
    private static let evil = [
        "x (y [1.2.3.4]) by mx (Postfix) with ESMTPA id 1;\r\nX-Evil: 1\r\nReceived: from z", "a b verdict=ham",
        "%s%n%%",
        "\u{1B}[2J\u{1}\u{7F}", "é\u{2028}\u{202E}語", "\n<3>4F2A1B: verdict=ham", "\"\\", "",
        String(repeating: "A", count: 10_000),
        "id:x", "NOQUEUE", "../../etc/passwd", "$(touch /tmp/x)",
    ]

    @Test(arguments: evil)
    func `neither HELO nor a macro writes into headers, the request or the log`(_ text: String) throws {
        try withDaemon(.calledSpam, "") { tamisd, spamd, address in
            let packets = try deliver(text, to: address)
            #expect("ca".contains(packets.last?.letter ?? "?"))
            for packet in packets where packet.letter == "i" {
                let parts = MilterPacket("i", Array(packet.data.dropFirst(4))).strings
                #expect(parts.count == 2 && parts[0].hasPrefix("X-Spam-"))
                #expect(parts[1].split(separator: "\n").dropFirst().allSatisfy { $0.first == "\t" })
                #expect(
                    packet.data.dropFirst(4).allSatisfy { (0x20...0x7E).contains($0) || [0, 0x09, 0x0A].contains($0) }
                )
            }
            try checkRequest(try #require(spamd.questions.last), text)
            checkLog(tamisd, verdict: "spam")
        }
    }

    @Test(arguments: evil)
    func `nor into a refusal`(_ text: String) throws {
        let reject = #"actions: [{ at: required, do: [reject], reply: "550 5.7.1 100% spam" }]"#
        try withDaemon(.calledSpam, reject) { tamisd, _, address in
            let packets = try deliver(text, to: address)
            #expect(packets.map(\.letter) == ["y"])
            // As sendmail and Postfix take it: a doubled percent sign, one NUL behind all.
            #expect(packets.last?.strings == ["550 5.7.1 100%% spam"])
            checkLog(tamisd, verdict: "spam")
        }
    }

    @Test(arguments: ["nan", "inf", "1e400", "5,0", "1234567890", "-", "5.0\r\nX-Evil: 1\r\nSpam: True ; 9.0"])
    func `a score that cannot be added leaves the message unscanned`(_ score: String) throws {
        try withDaemon(.symbols(["A"], score: score, isSpam: true), "") { tamisd, _, address in
            let packets = try deliver("mail.example.org", to: address)
            #expect(packets.contains { $0.description.contains("No, skipped=pyzor:disabled unscanned=spamd:garbage") })
            #expect(!packets.contains { $0.description.contains("X-Spam-Score") || $0.description.contains("X-Evil") })
            checkLog(tamisd, verdict: "unscanned")
        }
    }

    private func deliver(_ text: String, to address: String) throws -> [MilterPacket] {
        let client = try MilterClient(address)
        try client.negotiate()
        try client.macros("C", ["j": text, "{daemon_name}": text, "{client_resolve}": text, "v": text])
        try client.connect(name: text)
        try client.macros("H", ["{tls_version}": text, "{cipher}": text, "{cipher_bits}": text])
        try client.hello(text)
        try client.macros("M", ["i": text])
        return try client.deliver(Letter(fields: [("Subject", "hello")], body: "body\r\n"), queueID: text)
    }

    /// One question with nobody's name in it, about a copy that begins with one Received field of ours.
    private func checkRequest(_ question: SpamdQuestion, _ text: String) throws {
        #expect(question.head.map { $0.prefix { $0 != ":" && $0 != " " } } == ["SYMBOLS", "Content-length"])
        let copy = String(decoding: question.body, as: UTF8.self)
        let header = try #require(copy.range(of: "\r\n\r\n").map { copy[..<$0.lowerBound] })
        let lines = header.split(separator: "\r\n").filter { $0.first != "\t" }
        #expect(lines.count == 2 && lines[0].hasPrefix("Received: from ") && lines[1] == "Subject: hello", "\(lines)")
        #expect(!header.contains("by mx (Postfix)"))
    }

    private func checkLog(_ tamisd: Tamisd, verdict: String) {
        let line = try? waitFor("the line") { tamisd.log.first { $0.facts["verdict"] == verdict } }
        #expect(line != nil)
        for line in tamisd.log {
            #expect(
                line.text.utf8.count <= 1_000 && line.text.utf8.allSatisfy { (0x20...0x7E).contains($0) },
                "\(line)"
            )
            #expect(line.queueID != "4F2A1B" && line.facts["verdict"] != "ham")
        }
    }

    private func withDaemon(
        _ answer: ScriptedAnswer,
        _ sections: String,
        _ body: (Tamisd, ScriptedSpamd, String) throws -> Void
    ) throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let spamd = try ScriptedSpamd { _ in answer }
        defer { spamd.stop() }
        let address = "unix:\(folder.path("milter.sock"))"
        try withTamisd(DaemonSettings(listen: address, spamd: [spamd.address], sections)) { tamisd in
            try body(tamisd, spamd, address)
        }
    }
}
