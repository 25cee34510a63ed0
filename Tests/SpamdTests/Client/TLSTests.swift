import Glibc
import NIOCore
import NIOSSL
import TestRig
import Testing

@testable import Spamd

/// TLS against the stand-in: what is trusted, what is refused, and how our side ends.
@Suite(.enabled(if: Certificates.isPossible, "openssl is not installed"))
struct TLSTests {
    private func serverContext(
        verifyingClients: Bool = false,
        _ change: (inout TLSConfiguration) -> Void = { _ in }
    ) throws -> (NIOSSLContext, Certificates) {
        let files = try #require(Certificates.shared)
        let chain = try NIOSSLCertificate.fromPEMFile(files.server).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(file: files.serverKey, format: .pem)
        var tls = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
        if verifyingClients {
            tls.certificateVerification = .noHostnameVerification
            tls.trustRoots = .file(files.authority)
        }
        change(&tls)
        return (try NIOSSLContext(configuration: tls), files)
    }

    private func reason(_ server: SpamdServer, _ tls: TLSOptions) async throws -> SpamdError.Reason? {
        let client = try SpamdClient(configuration: .init(servers: [server], timeout: .seconds(20), tls: tls))
        return await SpamdClientTests.reason { () throws(SpamdError) in try await client.check(FaultTests.message) }
    }

    @Test func `a certificate that a trusted authority signed for this host is taken`() async throws {
        let (context, files) = try serverContext()
        let standIn = try await StandIn(.ok, on: .tls(context))
        #expect(try await reason(standIn.server, TLSOptions(authorities: files.authority)) == nil)
        let named = try SpamdServer.tls(host: "localhost", port: standIn.port)
        #expect(try await reason(named, TLSOptions(authorities: files.authority)) == nil)
        await standIn.stop()
    }

    @Test func `a FIFO in place of a file is refused at once`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let fifo = folder.path("fifo")
        #expect(mkfifo(fifo, 0o600) == 0)
        let files = try #require(Certificates.shared)
        var password = TLSOptions(certificate: files.server, key: files.serverKey)
        password.keyPassword = .file(fifo)
        let all = [
            TLSOptions(authorities: fifo), .init(certificate: fifo), .init(certificate: files.server, key: fifo),
            password,
        ]
        for options in all {
            let error = #expect(throws: SpamdError.self) { _ = try options.makeContext() }
            #expect(error?.description.contains("is a FIFO, expected a regular file") == true)
        }
    }

    @Test func `a certificate of another authority, or of the system's none, is refused`() async throws {
        let (context, files) = try serverContext()
        let standIn = try await StandIn(.ok, on: .tls(context))
        #expect(try await reason(standIn.server, TLSOptions(authorities: files.otherAuthority)) == .tlsFailed)
        #expect(try await reason(standIn.server, TLSOptions()) == .tlsFailed)
        #expect(
            try await reason(standIn.server, TLSOptions(authorities: files.otherAuthority, verification: .chain))
                == .tlsFailed
        )
        #expect(try await reason(standIn.server, TLSOptions(verification: .none)) == nil)
        #expect(standIn.sight.requests.count == 1)
        await standIn.stop()
    }

    @Test func `a certificate for another host is refused, unless only the chain is checked`() async throws {
        let (context, files) = try serverContext()
        let standIn = try await StandIn(.ok, on: .tlsEverywhere(context))
        // 127.0.0.2 is this machine too, and is not in the certificate.
        let other = try SpamdServer.tls(host: "127.0.0.2", port: standIn.port)
        #expect(try await reason(other, TLSOptions(authorities: files.authority)) == .tlsFailed)
        #expect(try await reason(other, TLSOptions(authorities: files.authority, verification: .chain)) == nil)
        await standIn.stop()
    }

    @Test func `a server that wants our certificate gets it, also by an encrypted key`() async throws {
        let (context, files) = try serverContext(verifyingClients: true)
        let standIn = try await StandIn(.ok, on: .tls(context))
        var tls = TLSOptions(authorities: files.authority, certificate: files.client, key: files.clientKey)
        #expect(try await reason(standIn.server, tls) == nil)
        tls.key = files.encryptedKey
        tls.keyPassword = .text(Certificates.password)
        #expect(try await reason(standIn.server, tls) == nil)
        tls.keyPassword = .file(files.passwordFile)
        #expect(try await reason(standIn.server, tls) == nil)
        let without = try await reason(standIn.server, TLSOptions(authorities: files.authority))
        #expect(without == .tlsFailed || without == .emptyResponse)
        await standIn.stop()
    }

    @Test func `TLS 1-1 is refused`() async throws {
        let (context, files) = try serverContext {
            $0.minimumTLSVersion = .tlsv1
            $0.maximumTLSVersion = .tlsv11
        }
        let standIn = try await StandIn(.ok, on: .tls(context))
        #expect(try await reason(standIn.server, TLSOptions(authorities: files.authority)) == .tlsFailed)
        await standIn.stop()
    }

    @Test func `TLS to a server without it is a TLS error`() async throws {
        let standIn = try await StandIn(.ok)
        let server = try SpamdServer.tls(host: "127.0.0.1", port: standIn.port)
        #expect(try await reason(server, TLSOptions(verification: .none)) == .tlsFailed)
        await standIn.stop()
    }

    @Test func `our side is ended only where spamd waits for it`() async throws {
        let (context, files) = try serverContext()
        let standIn = try await StandIn(.ok, on: .tls(context))
        let tls = TLSOptions(authorities: files.authority)
        let client = try SpamdClient(configuration: .init(servers: [standIn.server], timeout: .seconds(20), tls: tls))
        try await client.ping()
        _ = try await client.check(ByteBuffer(string: "Subject: a\n\nline\n"))
        _ = try await client.check(ByteBuffer(string: "Subject: a\n\nno line end"))
        _ = try await client.check(ByteBuffer())
        var packed = Request(.symbols, body: "Subject: a\n\nline\n")
        packed.compress = true
        _ = try await client.send(packed)
        #expect(standIn.sight.ends == [false, false, true, true, true])
        await standIn.stop()
    }

    @Test(arguments: FaultTests.faults.filter { !["reset", "reset-mid", "refuse", "early-error"].contains($0.name) })
    func `each fault over TLS is a typed error or a value`(_ fault: FaultTests.Fault) async throws {
        let (context, files) = try serverContext()
        let standIn = try await StandIn(fault.mode, on: .tls(context))
        let tls = TLSOptions(authorities: files.authority)
        let limit: TimeAmount = if case .timedOut = fault.symbols { .seconds(8) } else { .seconds(20) }
        let client = try SpamdClient(configuration: .init(servers: [standIn.server], timeout: limit, tls: tls))
        let reason = await SpamdClientTests.reason { () throws(SpamdError) in
            try await client.symbols(FaultTests.message)
        }
        // A server that never reads does not shake hands either.
        #expect(reason == fault.symbols || fault.name == "hang-early" && reason == .timedOut(.connect))
        await standIn.stop()
    }

    @Test func `cancelling the Task closes a connection over TLS at once too`() async throws {
        let (context, files) = try serverContext()
        let standIn = try await StandIn(.hang, on: .tls(context))
        let tls = TLSOptions(authorities: files.authority)
        let client = try SpamdClient(configuration: .init(servers: [standIn.server], timeout: .seconds(60), tls: tls))
        let task = Task {
            await SpamdClientTests.reason { () throws(SpamdError) in try await client.check(FaultTests.message) }
        }
        try await standIn.wait { $0.requests.count == 1 }
        task.cancel()
        #expect(await task.value == .cancelled)
        try await standIn.wait { $0.open == 0 }
        await standIn.stop()
    }

    @Test func `files that cannot be used are named`() throws {
        let files = try #require(Certificates.shared)
        let wrong: [(TLSOptions, String)] = [
            (TLSOptions(authorities: "/nonexistent/ca.pem"), "/nonexistent/ca.pem"),
            (TLSOptions(authorities: files.clientKey), files.clientKey),
            (TLSOptions(certificate: "/nonexistent/c.pem"), "/nonexistent/c.pem"),
            (TLSOptions(certificate: files.client, key: files.serverKey), files.client),
            (TLSOptions(certificate: files.client, key: "/nonexistent/k.pem"), "/nonexistent/k.pem"),
            (TLSOptions(key: files.clientKey), files.clientKey),
            (
                TLSOptions(certificate: files.client, key: files.encryptedKey, keyPassword: .text("wrong")),
                files.encryptedKey
            ),
            (
                TLSOptions(certificate: files.client, key: files.encryptedKey, keyPassword: .file("/nonexistent/p")),
                "/nonexistent/p"
            ),
        ]
        for (tls, name) in wrong {
            let error = #expect(throws: SpamdError.self) {
                try SpamdClient(configuration: .init(servers: [.tls(host: "localhost")], tls: tls))
            }
            #expect(error?.reason == .invalidConfiguration)
            #expect(error?.text.contains(name) == true, "\(String(describing: error))")
        }
    }

    @Test func `a password is never shown`() {
        #expect(!"\(TLSOptions(keyPassword: .text("geheim")))".contains("geheim"))
    }
}
