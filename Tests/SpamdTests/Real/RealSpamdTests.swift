import Foundation
import NIOCore
import Testing

@testable import Spamd

/// The client against SpamAssassin's own spamd.
// One test after the other: spamd learns nothing where another child of it holds the Bayes database.
@Suite(.serialized, .enabled(if: RealSpamd.isInstalled, "spamd or openssl is not installed"), WithRealSpamd())
struct RealSpamdTests {
    enum Way: String, CaseIterable, Sendable {
        case tcp
        case unix
        case tls
    }

    /// How often each question is asked over TLS; 25 unless TAMIS_TLS_ROUNDS says otherwise.
    static let rounds = ProcessInfo.processInfo.environment["TAMIS_TLS_ROUNDS"].flatMap(Int.init) ?? 25

    static let ham = """
        Received: from mail.example.net (mail.example.net [192.0.2.25])\r
        \tby mx.example.org with ESMTPS id 4ABCDE1; Fri, 20 Nov 2026 09:55:06 +0000\r
        From: John Doe <jdoe@example.net>\r
        To: Mary Smith <mary@example.org>\r
        Subject: Saying Hello\r
        Date: Fri, 20 Nov 2026 09:55:06 +0000\r
        Message-ID: <20261120095506.1234@mail.example.net>\r
        \r
        This is a message just to say hello.\r
        So, "Hello".
        """
    static let spam = ham + "\r\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n"

    private func spamd() throws -> RealSpamd { try #require(RealSpamd.current) }

    private func client(_ way: Way, compress: Bool = false) throws -> SpamdClient {
        let spamd = try spamd()
        let server = [Way.tcp: spamd.tcp, .unix: spamd.unix, .tls: spamd.tls][way] ?? spamd.tcp
        return try SpamdClient(
            configuration: .init(
                servers: [server],
                timeout: .seconds(120),
                connectTimeout: .seconds(20),
                maxConcurrent: 5,
                user: "nobody",
                compress: compress,
                tls: TLSOptions(authorities: spamd.certificates.authority)
            )
        )
    }

    @Test(arguments: Way.allCases, [false, true])
    func `every verb is answered, with and without a final line end`(_ way: Way, _ compress: Bool) async throws {
        let client = try client(way, compress: compress)
        try await client.ping()
        #expect(try await client.send(Request(.skip)).response.status == .ok)
        for end in ["", "\r\n"] {
            let ham = ByteBuffer(string: Self.ham + end)
            let spam = ByteBuffer(string: Self.spam + (end.isEmpty ? "x" : ""))
            #expect(try await !client.check(ham).verdict.isSpam)
            #expect(try await client.check(spam).verdict.isSpam)
            #expect(try await client.symbols(spam).symbols.contains("GTUBE"))
            let rule = try await client.report(spam).report.rules.first { $0.name == "GTUBE" }
            #expect(rule?.points.text == "1000")
            #expect(rule?.description.contains("Generic Test") == true)
            #expect(try await client.reportIfSpam(ham).message.readableBytes == 0)
            #expect(try await client.reportIfSpam(spam).verdict.isSpam)
            let processed = String(buffer: try await client.process(ham).message)
            #expect(processed.hasPrefix("X-Spam-Checker-Version: SpamAssassin"))
            // QUIRK: spamd adds a line end to a compressed message that has none (spamd.raw, parse_body).
            #expect(processed.hasSuffix(Self.ham + end) || compress && processed.hasSuffix(Self.ham + "\n"))
            #expect(String(buffer: try await client.headers(ham).message).contains("Subject: Saying Hello"))
        }
    }

    @Test(arguments: Way.allCases)
    func `what is learned is learned once and can be forgotten`(_ way: Way) async throws {
        let client = try client(way, compress: way == .unix)
        // Bayes knows a message by its Message-ID.
        let message = ByteBuffer(string: Self.ham.replacing("1234@mail", with: "\(way)@mail"))
        #expect(try await client.tell(message, .learn(.spam)).didSet == [.local])
        #expect(try await client.tell(message, .learn(.spam)).didSet == [])
        #expect(try await client.tell(message, .learn(.ham)).didSet == [.local])
        #expect(try await client.tell(message, .forget).didRemove == [.local])
        #expect(try await client.tell(message, .forget).didRemove == [])
    }

    @Test func `over TLS no answer is lost, however often it is asked`() async throws {
        let client = try client(.tls)
        let ham = ByteBuffer(string: Self.ham + "\r\n")
        for _ in 0..<Self.rounds {
            try await client.ping()
            #expect(try await !client.check(ham).verdict.isSpam)
            #expect(try await !client.symbols(ham).symbols.isEmpty)
            _ = try await client.tell(ham, .learn(.ham))
        }
    }

    @Test func `over TLS no answer is lost where our side is ended`() async throws {
        let (plain, packed) = (try client(.tls), try client(.tls, compress: true))
        let ham = ByteBuffer(string: Self.ham)
        for _ in 0..<Self.rounds {
            #expect(try await !plain.check(ham).verdict.isSpam)
            #expect(try await !packed.symbols(ham).symbols.isEmpty)
        }
    }

    @Test func `an answer that spamd cuts over TLS is an error, and the same over TCP is whole`() async throws {
        let large = ByteBuffer(string: Self.ham + "\r\n" + String(repeating: "All work and no play.\r\n", count: 9_000))
        let error = await #expect(throws: SpamdError.self) { try await client(.tls).process(large) }
        #expect(error?.reason == .truncatedResponse)
        #expect(try await client(.tcp).process(large).message.readableBytes > large.readableBytes)
        #expect(try await !client(.tls).headers(large).symbols.isEmpty)
    }

    @Test func `what spamd refuses is its status and its text`() async throws {
        let client = try client(.tcp)
        var request = Request(try #require(Verb("FAKE")))
        let unknown = await #expect(throws: SpamdError.self) { try await client.send(request) }
        #expect(unknown?.reason == .serverStatus(.protocolError))
        #expect(unknown?.text == "Bad header line: FAKE SPAMC/1.5")
        request = Request(.tell, headers: [try HeaderField(name: "Message-class", value: "ham")], body: Self.ham)
        request.headers.append(try HeaderField(name: "Set", value: "local"))
        request.headers.append(try HeaderField(name: "Remove", value: "local"))
        let conflict = await #expect(throws: SpamdError.self) { try await client.send(request) }
        #expect(conflict?.text.hasSuffix("Unable to set local and remove local in the same operation.") == true)
    }

    @Test func `many questions at once are all answered`() async throws {
        let client = try client(.unix)
        let ham = ByteBuffer(string: Self.ham)
        try await withThrowingTaskGroup { group in
            for _ in 0..<30 { group.addTask { try await client.check(ham).verdict.isSpam } }
            for try await isSpam in group { #expect(!isSpam) }
        }
    }
}

/// The client against a spamd that asks for a client's certificate.
@Suite(
    .enabled(if: RealSpamd.isInstalled, "spamd or openssl is not installed"),
    WithRealSpamd(clientCertificates: true)
)
struct RealSpamdClientCertificateTests {
    private func ask(_ change: (inout TLSOptions, Certificates) -> Void) async throws -> SpamdError.Reason? {
        let spamd = try #require(RealSpamd.current)
        var tls = TLSOptions(authorities: spamd.certificates.authority)
        change(&tls, spamd.certificates)
        let client = try SpamdClient(
            configuration: .init(servers: [spamd.tls], timeout: .seconds(60), connectTimeout: .seconds(20), tls: tls)
        )
        return await SpamdClientTests.reason { () throws(SpamdError) in
            try await client.check(ByteBuffer(string: RealSpamdTests.ham))
        }
    }

    @Test func `with our certificate we are answered, with a plain and an encrypted key`() async throws {
        let plain = try await ask { tls, files in (tls.certificate, tls.key) = (files.client, files.clientKey) }
        #expect(plain == nil)
        let encrypted = try await ask { tls, files in
            (tls.certificate, tls.key) = (files.client, files.encryptedKey)
            tls.keyPassword = .file(files.passwordFile)
        }
        #expect(encrypted == nil)
    }

    @Test func `without a certificate it is a TLS error or no answer, never a verdict`() async throws {
        let reason = try await ask { _, _ in }
        #expect(reason == .tlsFailed || reason == .emptyResponse, "\(String(describing: reason))")
    }
}
