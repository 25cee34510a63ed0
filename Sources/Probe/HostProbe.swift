import Filter
package import NIOCore
import NIOPosix
package import Settings
import Spamd

/// Looks whether settings meet what is on this host: `tamisd check-config --probe`.
///
/// It reads the mail servers' settings and the permissions on the way to the socket, and asks each spamd and each Pyzor server
/// whether it is there (PING and ping: no mail is sent). It changes nothing. All servers are asked at once, and all of it has one
/// deadline: who has not answered by then has failed. The order of what it tells is always the same.
package struct HostProbe: Sendable {
    /// Where things are on this host.
    package struct Places: Sendable {
        package var postfixFolder = "/etc/postfix"
        package var sendmailFile = "/etc/mail/sendmail.cf"

        package init() {}
    }

    private let settings: TamisSettings
    private let places: Places

    package init(_ settings: TamisSettings, places: Places = Places()) {
        self.settings = settings
        self.places = places
    }

    /// Blocks until all is known, `limit` at the longest. Not to be called on an event loop.
    package func run(within limit: TimeAmount = .seconds(30)) -> ProbeReport {
        let deadline = NIODeadline.now() + limit
        let mailServers = mailServers()
        var report = ProbeReport()
        report.mailServerLines = mailServers.lines
        report.findings = mailServers.findings + secrets

        let configuration: FilterConfiguration
        do throws(SettingsError) {
            configuration = try settings.filterConfiguration(hostName: "localhost", version: TamisVersion.current)
        } catch {
            report.findings += error.problems.map { .failed("settings", "\($0)", as: .settings) }
            return report
        }
        report.findings += Self.answers(to: probes(configuration), until: deadline)
        return report
    }

    private func mailServers() -> MailServerProbe {
        let postconf = ChildOutput.find("postconf")
        let seconds = settings.limits.deadline.components
        return MailServerProbe(
            milter: settings.milter,
            deadline: seconds.seconds + (seconds.attoseconds > 0 ? 1 : 0),
            postfix: PostfixHost(folder: places.postfixFolder) { arguments in
                postconf.flatMap { ChildOutput.run($0, arguments) }
            },
            postfixFolder: places.postfixFolder,
            sendmail: TextOfFile.read(places.sendmailFile).map { SendmailFile($0) }
        )
    }

    /// Files that hold secrets: others must not read them, and the daemon's user has to.
    private var secrets: [Finding] {
        let tls = settings.spamd.tls
        let files: [(key: String, path: String?)] = [
            ("pyzor.accounts-file", settings.pyzor.enabled ? settings.pyzor.accountsFile : nil),
            ("spamd.tls.key-file", settings.spamd.enabled ? tls.key : nil),
            (
                "spamd.tls.key-password-file",
                settings.spamd.enabled
                    ? tls.keyPassword.flatMap { if case .file(let path) = $0 { path } else { nil } } : nil
            ),
        ]
        return files.compactMap { key, path in path.flatMap { Self.secret(key, $0) } }
    }

    /// Nil when there is no such file: whoever reads it says so.
    private static func secret(_ key: String, _ path: String) -> Finding? {
        guard let status = FileStatus(path) else { return nil }
        if status.mode & 0o004 != 0 { return .warning(key, "everybody may read \(path) (\(status.text)); chmod o-r") }
        if let tamis = Accessor(named: "tamis"),
            FolderPath(to: path).obstacle(for: tamis) != nil || !tamis.has(4, of: status)
        {
            return .warning(key, "the user tamis may not read \(path) (\(status.text))")
        }
        return .ok(key, "\(path) is not for everybody (\(status.text))")
    }

    private func probes(_ configuration: FilterConfiguration) -> [ServerProbe] {
        var probes = [ServerProbe.listener(settings.milter.listen)]
        if let spamd = configuration.spamd { probes += ServerProbe.spamd(settings.spamd, spamd) }
        if let pyzor = configuration.pyzor { probes += ServerProbe.pyzor(pyzor) }
        return probes
    }

    /// Asks all at once, and waits until the deadline: a look-up of a name, say, cannot be broken off, so it is left behind.
    static func answers(to probes: [ServerProbe], until deadline: NIODeadline) -> [Finding] {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let futures = probes.map { probe in
            let promise = loop.makePromise(of: Finding.self)
            let late = Finding.failed(probe.subject, "has not answered in the time for all of it", as: .unavailable)
            let alarm = loop.scheduleTask(deadline: deadline) { promise.succeed(late) }
            loop.makeFutureWithTask { await probe.ask() }.whenSuccess { finding in
                // Whoever came too late meets a promise that is kept already.
                if NIODeadline.now() < deadline { alarm.cancel() }
                promise.succeed(finding)
            }
            return promise.futureResult
        }
        return futures.compactMap { try? $0.wait() }
    }
}
