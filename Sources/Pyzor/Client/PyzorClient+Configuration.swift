public import NIOCore

extension PyzorClient {
    /// Whom to ask, as whom, and how long to wait.
    public struct Configuration: Hashable, Sendable {
        /// All of them are asked, at once; a server named twice is asked once.
        public var servers: [PyzorServer] {
            didSet { servers = Self.distinct(servers) }
        }

        /// Who asks a server; everybody is anonymous to a server that is not in here.
        public var accounts: [PyzorServer: PyzorAccount]

        /// The longest wait for an answer.
        public var timeout: TimeAmount

        /// How much of earlier checks is kept.
        public var cache: CheckCache.Policy

        /// When a server is left alone.
        public var health: ServerHealth.Policy

        /// How often names are looked up again. A name without an address is looked up sooner: after 5 s, then after
        /// twice the last wait, up to a minute or this.
        public var resolveInterval: TimeAmount

        public init(
            servers: [PyzorServer] = [.standard],
            accounts: [PyzorServer: PyzorAccount] = [:],
            timeout: TimeAmount = .seconds(3),
            cache: CheckCache.Policy = .init(),
            health: ServerHealth.Policy = .init(),
            resolveInterval: TimeAmount = .minutes(10)
        ) {
            self.servers = Self.distinct(servers)
            self.accounts = accounts
            self.timeout = timeout
            self.cache = cache
            self.health = health
            self.resolveInterval = resolveInterval
        }

        private static func distinct(_ servers: [PyzorServer]) -> [PyzorServer] {
            var seen: Set<PyzorServer> = []
            return servers.filter { seen.insert($0).inserted }
        }
    }
}
