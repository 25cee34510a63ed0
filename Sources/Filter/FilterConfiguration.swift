package import NIOCore
package import Policy
package import Pyzor
package import Spamd

/// All that a filter is made from: which scanners are asked, how, and what their answers mean.
package struct FilterConfiguration: Sendable {
    package var policy: PolicyConfiguration
    /// Nil: spamd is not asked.
    package var spamd: SpamdClient.Configuration?
    /// Nil: Pyzor is not asked.
    package var pyzor: PyzorClient.Configuration?
    package var digestRule: DigestRule
    /// How much of a message's own bytes scanners see at most.
    package var maximumScanSize: Int

    package init(
        policy: PolicyConfiguration,
        spamd: SpamdClient.Configuration? = .init(),
        pyzor: PyzorClient.Configuration? = .init(),
        digestRule: DigestRule = .pyzor1_1,
        maximumScanSize: Int = 2 << 20
    ) {
        self.policy = policy
        self.spamd = spamd
        self.pyzor = pyzor
        self.digestRule = digestRule
        self.maximumScanSize = maximumScanSize
    }
}

/// The clients that a filter asks with. Made anew at each reload; what they know of servers that stay is handed on.
package struct ScannerClients: Sendable {
    package let spamd: SpamdClient?
    package let pyzor: PyzorClient?

    /// - Parameter old: clients whose health, caches and sockets are taken over where servers are the same.
    /// - Throws: when a file of TLS settings cannot be used; nothing has changed then.
    package init(
        _ configuration: FilterConfiguration,
        inheriting old: ScannerClients? = nil,
        group: any EventLoopGroup,
        pyzorObserver: PyzorObserver = .none
    ) throws(SpamdError) {
        if let configuration = configuration.spamd {
            spamd =
                if let old = old?.spamd { try old.reconfigured(configuration) } else {
                    try SpamdClient(configuration: configuration, group: group)
                }
        } else {
            spamd = nil
        }
        pyzor = configuration.pyzor.map {
            PyzorClient(configuration: $0, group: group, observer: pyzorObserver, inheriting: old?.pyzor)
        }
    }

    /// Looks up the servers' names; what does not resolve is told, and that server is silent until a later look-up finds it.
    @discardableResult
    package func resolveNames() async -> [String] {
        async let spamd = spamd?.resolve() ?? []
        async let pyzor = pyzor?.resolveNames() ?? []
        return await spamd.map { "\($0)" } + pyzor.map { "\($0)" }
    }
}

extension MailFilter {
    /// A filter that asks with these clients.
    ///
    /// - Parameter explains: whether spamd is asked for its report even where no header shows it: there stand each rule's points.
    package init(_ configuration: FilterConfiguration, clients: ScannerClients, explains: Bool = false) {
        let policy = ScorePolicy(configuration.policy)
        self.init(
            policy: policy,
            maximumScanSize: configuration.maximumScanSize,
            spamd: clients.spamd.map {
                SpamdScanner(
                    client: $0,
                    wish: configuration.policy.headers.spamdWish(explains: explains),
                    compress: configuration.spamd?.compress ?? false
                )
            },
            pyzor: clients.pyzor.map { PyzorScanner(client: $0, rule: configuration.digestRule) }
        )
    }
}

extension HeaderRules {
    /// What spamd is asked for so that these headers can be written: one question gives its fields or its report, not both.
    package func spamdWish(explains: Bool = false) -> SpamdScanner.Wish {
        if !takeOver.isEmpty { return .headers }
        return explains || report != .never ? .report : .symbols
    }
}
