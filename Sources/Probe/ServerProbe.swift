import Filter
import NIOCore
import NIOPosix
import Pyzor
import Settings
import Spamd

/// One question to a server, with what it is about; it ends by itself or is given up.
struct ServerProbe: Sendable {
    let subject: String
    let ask: @Sendable () async -> Finding
}

extension ServerProbe {
    /// Each spamd by itself: its name, the connection, TLS, PING.
    static func spamd(_ settings: SpamdSection, _ configuration: SpamdClient.Configuration) -> [ServerProbe] {
        settings.servers.map { server in
            let subject = "spamd \(server)"
            return ServerProbe(subject: subject) {
                var one = configuration
                one.servers = [server]
                one.timeout = min(configuration.timeout, .seconds(10))
                return await ping(one, subject: subject, verifies: server.usesTLS ? one.tls.verification : nil)
            }
        }
    }

    private static func ping(
        _ configuration: SpamdClient.Configuration,
        subject: String,
        verifies: TLSOptions.Verification?
    ) async -> Finding {
        let start = NIODeadline.now()
        do throws(SpamdError) {
            let client = try SpamdClient(configuration: configuration)
            if let unresolved = await client.resolve().first { throw unresolved }
            _ = try await client.ping()
            let text = "answers PING in \(Self.seconds(since: start)) s"
            switch verifies {
            case nil: return .ok(subject, text)
            case .full?: return .ok(subject, "\(text); its certificate is good, and for this name")
            case .chain?:
                return .ok(
                    subject,
                    "\(text); its certificate is signed by a trusted authority, the name was not checked"
                )
            case .none?: return .warning(subject, "\(text); its certificate was not checked (spamd.tls.verify)")
            }
        } catch {
            let what = error.reason.description + (error.text.isEmpty ? "" : ": \(error.text)")
            let isSettings = error.reason == .invalidConfiguration
            let isBusy = error.reason == .timedOut(.response)
            let hint = isBusy ? " (a spamd whose children are all busy answers when one is free)" : ""
            return .failed(subject, what + hint, as: isSettings ? .settings : .unavailable)
        }
    }

    /// Each Pyzor server by itself: its name, and a ping as the account that the settings give.
    static func pyzor(_ configuration: PyzorClient.Configuration) -> [ServerProbe] {
        configuration.servers.map { server in
            let subject = "Pyzor \(server)"
            return ServerProbe(subject: subject) {
                var one = configuration
                one.servers = [server]
                let client = PyzorClient(configuration: one)
                let finding = await ping(client, server, subject)
                await client.shutdown()
                return finding
            }
        }
    }

    private static func ping(_ client: PyzorClient, _ server: PyzorServer, _ subject: String) async -> Finding {
        if let unresolved = await client.resolveNames().first {
            return .failed(subject, Self.reason(unresolved, server), as: .unavailable)
        }
        let account = client.configuration.accounts[server].map { "as \($0.user)" } ?? "as anonymous"
        let start = NIODeadline.now()
        do throws(PyzorError) {
            let reply = try await client.ping(server)
            guard reply.isOK else {
                return .failed(subject, "answers \(reply.code) \(reply.diagnosis) (\(account))", as: .unavailable)
            }
            return .ok(subject, "answers a ping in \(Self.seconds(since: start)) s, \(account)")
        } catch {
            return .failed(subject, Self.reason(error, server), as: .unavailable)
        }
    }

    /// The error's text without the server's name, which stands before it already.
    private static func reason(_ error: PyzorError, _ server: PyzorServer) -> String {
        let text = "\(error)"
        return text.hasPrefix("\(server): ") ? String(text.dropFirst("\(server): ".count)) : text
    }

    /// Whether tamisd listens where the mail server will connect. It is connected to and left again, which it does not mind.
    static func listener(_ address: MilterAddress) -> ServerProbe {
        let subject = "milter \(address)"
        return ServerProbe(subject: subject) {
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(5))
            do {
                let channel =
                    switch address {
                    case .unix(let path): try await bootstrap.connect(unixDomainSocketPath: path).get()
                    case .inet(let place): try await bootstrap.connect(host: place.host, port: place.port).get()
                    }
                try? await channel.close()
                return .ok(subject, "somebody listens there")
            } catch {
                return .warning(subject, "nobody listens there now, or you may not connect: is tamisd running?")
            }
        }
    }

    private static func seconds(since start: NIODeadline) -> String {
        let milliseconds = (NIODeadline.now() - start).nanoseconds / 1_000_000
        let fraction = String(milliseconds % 1_000 + 1_000).dropFirst()
        return "\(milliseconds / 1_000).\(fraction)"
    }
}
