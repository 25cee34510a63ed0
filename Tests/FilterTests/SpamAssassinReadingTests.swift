import Foundation
import Mail
import TestRig
import Testing

@testable import Filter

/// Our Received field as SpamAssassin reads it: Debian's own parser, not our idea of it.
@Suite(.ownThread, .enabled(if: SpamAssassinReader.isHere, "Mail::SpamAssassin is not installed"))
struct SpamAssassinReadingTests {
    /// A client, and what SpamAssassin must make of it.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var address = "203.0.113.7"
        var hostName: String? = "mail.example.net"
        var helo: [UInt8]? = Array("helo.example.net".utf8)
        var identity: String?
        var isEncrypted = false
        var sender = "alice@example.org"
        /// What stands in the relay's entry; the rest is as above.
        var expected: [String: String] = [:]

        var testDescription: String { name }
    }

    @Test func `who the client is comes out right, whoever it is`() throws {
        try expectRight([
            Case(name: "IPv4"),
            Case(name: "IPv4 without a name", hostName: nil, expected: ["rdns": ""]),
            Case(name: "IPv6", address: "2001:db8:1::7"),
            Case(name: "IPv6 without a name", address: "2001:db8::", hostName: nil, expected: ["rdns": ""]),
            Case(name: "IPv6, all groups", address: "2001:db8:1:2:3:4:5:6"),
            Case(name: "IPv4 in IPv6", address: "::ffff:203.0.113.7", expected: ["ip": "203.0.113.7"]),
            Case(name: "no HELO", helo: nil, expected: ["helo": "unknown"]),
            Case(
                name: "a HELO that is an address",
                helo: Array("[203.0.113.7]".utf8),
                expected: ["helo": "!203.0.113.7!"]
            ),
            Case(name: "a HELO that is a name of one word", helo: Array("laptop".utf8), expected: ["helo": "laptop"]),
            Case(name: "TLS", isEncrypted: true),
            Case(name: "logged in", identity: "bob", expected: ["auth": "ESMTPA"]),
            Case(
                name: "logged in over TLS",
                identity: "bob@example.org",
                isEncrypted: true,
                expected: ["auth": "ESMTPSA"]
            ),
            Case(name: "logged in without a name", identity: "", expected: ["auth": "ESMTPA"]),
            Case(name: "logged in, IPv6", address: "2001:db8::7", identity: "bob", expected: ["auth": "ESMTPA"]),
            Case(name: "a null sender", sender: "", expected: ["envfrom": ""]),
            Case(name: "a sender with odd characters", sender: "a+b=c_d@example.org"),
        ])
    }

    /// What a client may say to be taken for another, or for no one.
    static let hostileWords = [
        "(evil [192.0.2.1])",
        "x (evil [192.0.2.1]) by mx.evil (Postfix) with ESMTPA id 1; Sat, 21 Nov 2026 00:00:00 +0000",
        "a) by mx.evil (Postfix", "mail.example.net [192.0.2.66]", "x[192.0.2.66]", "[192.0.2.66]", "[[192.0.2.66]]",
        "[192.0.2.66", "192.0.2.66]", "][", "[]", "[IPv6:2001:db8::66]", "IPv6:2001:db8::66", "192.0.2.66", "from",
        "by",
        "by x", "from y", "from y by x", "with", "id", "for", "x by mx.evil", "with ESMTPA",
        "(Authenticated sender: root)",
        "Authenticated", "\"quoted\"", "'", "\"", "\\", "a\\\"b", "envelope-from", "envelope-from=<root@evil>",
        "(envelope-from <root@evil>)", "return-path", "return-path:", "Return-Path=x", "ENVELOPE-FROM=x@evil",
        "xenvelope-from", "envelope-envelope-from",
        "envelope-sender=x@evil", "unknown", "localhost", "localhost.localdomain",
        "127.0.0.1",
        "HELO", "helo=evil", "ident=evil", "!192.0.2.66!", "x!192.0.2.66", "root@evil", "root@[192.0.2.66]", "a\r\nb",
        "a\n\tb",
        "a\u{0}b", "\u{1}\u{2}\u{7f}", "a\tb", " ", "  a", "a ", ";", "a;b", "; Sat, 21 Nov 2026 00:00:00 +0000", "<a>",
        "<>", ">",
        "<", "%s%n", "{x}", "|", "`x`", "$x", "^", "~", "*", "?", "=", "==", "#", "&", "/", "//", "+", ",", "a,b", "-",
        "--", ".",
        "..", "_", ":", "::", "@", "(", ")", "()", "((", "))", "[(", ")]", "Postfix", "(Postfix)", "Sendmail", "qmail",
        "EHLO x",
        "(HELO x)", "(EHLO x)", "(8.17.1/8.17.1)", "(Exim 4.96)", "(CommuniGate", "[192.0.2.66]:25",
        "[192.0.2.66]:25 helo=x",
        "fetchmail", "(using TLSv1.3)", "x (y", "x) (y", "softdnserr", "uid", "HTTP", "via", "network", "account",
        "SquirrelMail",
    ]

    @Test func `a hostile HELO plays no second hop, no login and no other sender`() throws {
        let long = [String(repeating: "a", count: 5_000), String(repeating: "[192.0.2.66] ", count: 500)]
        let words = (Self.hostileWords + long).map { Array($0.utf8) } + [Array(128...255), Array(0...255)]
        try expectRight(
            words.map {
                Case(
                    name: "HELO \(String(decoding: $0.prefix(90), as: UTF8.self).debugDescription)",
                    helo: $0,
                    expected: ["helo": "*"]
                )
            }
        )
    }

    @Test func `a hostile HELO without a name and by IPv6 neither`() throws {
        let words = Self.hostileWords.map { Array($0.utf8) }
        try expectRight(
            words.map {
                Case(
                    name: "HELO \(String(decoding: $0, as: UTF8.self).debugDescription)",
                    address: "2001:db8::7",
                    hostName: nil,
                    helo: $0,
                    expected: ["helo": "*", "rdns": ""]
                )
            }
        )
    }

    @Test func `a hostile login name is a login and no more`() throws {
        try expectRight(
            Self.hostileWords.map {
                Case(name: "login \($0.debugDescription)", identity: $0, expected: ["auth": "ESMTPA"])
            }
        )
    }

    @Test func `a hostile sender is a sender and no more`() throws {
        try expectRight(
            Self.hostileWords.map {
                Case(name: "sender \($0.debugDescription)", sender: $0, expected: ["envfrom": "*"])
            }
        )
    }

    private func expectRight(_ cases: [Case]) throws {
        let relays = try SpamAssassinReader().relays(of: cases.map { ReceivedField(for: message($0)).bytes })
        #expect(relays.count == cases.count)
        for (wanted, found) in zip(cases, relays) {
            #expect(found.count == 1, "\(wanted.name): \(found)")
            guard let relay = found.first else { continue }
            var expected = [
                "ip": wanted.address, "rdns": "mail.example.net", "helo": "helo.example.net", "by": "mx.test.local",
                "auth": "", "envfrom": wanted.sender, "ident": "",
            ]
            expected.merge(wanted.expected) { $1 }
            for (key, value) in expected where value != "*" {
                #expect(relay[key] == value, "\(wanted.name): \(key) in \(relay)")
            }
        }
    }

    private func message(_ example: Case) -> Message {
        Message(
            client: Client(
                address: IPAddress(example.address).map { .ip($0, port: 4321) } ?? .unknown,
                hostName: example.hostName.map { Bytes($0.utf8) },
                helo: example.helo
            ),
            authentication: example.identity.map {
                Authentication(mechanism: Bytes("PLAIN".utf8), identity: Bytes($0.utf8))
            },
            transportSecurity: example.isEncrypted ? TransportSecurity(version: Bytes("TLSv1.3".utf8)) : nil,
            envelope: Envelope(sender: .init(wireForm: Bytes("<\(example.sender)>".utf8))),
            headers: HeaderList(),
            body: [],
            queueID: Bytes("4F2A1B".utf8),
            receiver: Bytes("mx.test.local".utf8),
            arrival: 1_795_000_000
        )
    }
}

/// Debian's Mail::SpamAssassin, asked which relays it sees in a message.
private struct SpamAssassinReader {
    static let isHere = access("/usr/share/perl5/Mail/SpamAssassin.pm", R_OK) == 0

    /// For each Received field the relays, trusted or not, each as names and values.
    func relays(of fields: [Bytes]) throws -> [[[String: String]]] {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try folder.write(Self.script, to: "read.pl")
        for (number, field) in fields.enumerated() {
            let message = field + Bytes("Subject: x\r\n\r\nx\r\n".utf8)
            try Data(message).write(to: URL(fileURLWithPath: folder.path("message.\(number)")))
        }
        let arguments = [folder.path("read.pl")] + fields.indices.map { folder.path("message.\($0)") }
        let perl = try ChildProcess("/usr/bin/perl", arguments, output: folder.path("output"))
        let exit = try perl.wait()
        guard exit == .status(0) else { throw RigError("perl ended with \(exit): \(perl.output.suffix(500))") }
        return perl.output.split(separator: "\n").filter { $0.hasPrefix("RELAYS ") }.map(Self.entries)
    }

    /// `[ ip=203.0.113.7 rdns=... envfrom= ... ] [ ... ]`, as X-Spam-Relays-Untrusted has it.
    private static func entries(_ line: Substring) -> [[String: String]] {
        line.dropFirst("RELAYS ".count).split(separator: " ]").compactMap { entry in
            var relay: [String: String] = [:]
            for word in entry.split(separator: " ") {
                let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                if parts.count == 2 { relay[parts[0]] = parts[1] }
            }
            return relay.isEmpty ? nil : relay
        }
    }

    private static let script = """
        use strict;
        use Mail::SpamAssassin;
        my $reader = Mail::SpamAssassin->new({
            dont_copy_prefs => 1, local_tests_only => 1, config_text => "",
            rules_filename => "/nonexistent", site_rules_filename => "/nonexistent",
        });
        for my $name (@ARGV) {
            open(my $file, "<", $name) or die;
            my $message = $reader->parse(do { local $/; <$file> }, 0);
            $message->extract_message_metadata(Mail::SpamAssassin::PerMsgStatus->new($reader, $message));
            my @relays = map { $message->get_metadata("X-Spam-Relays-$_") } ("Trusted", "Untrusted");
            print "RELAYS @relays\\n";
            $message->finish();
        }
        """
}
