public import NIOCore

extension SpamdClient {
    /// Which servers are asked, and how. Every value has a default.
    public struct Configuration: Sendable {
        /// The servers in order of preference. There must be one at least.
        public var servers: [SpamdServer]
        /// How long a request may take that is given no deadline, all tries together.
        public var timeout: TimeAmount
        /// How long one connection may take to come about.
        public var connectTimeout: TimeAmount
        /// Whether a second server is asked too when the first takes longer than 95 of 100 questions of late did. The first
        /// answer counts, the other question is cancelled. TELL is never asked so.
        public var hedges: Bool
        /// Requests under way at each server; more wait. spamd has five children unless told otherwise.
        public var maxConcurrent: Int
        /// The user in requests that name none; nil asks without one.
        public var user: String?
        /// Whether the convenience questions compress their message.
        public var compress: Bool
        /// For servers on `tls://`.
        public var tls: TLSOptions
        /// How much of an answer is taken.
        public var limits: Limits
        /// How often a server that is down is probed.
        public var probing: ProbeIntervals
        /// How often names are resolved anew; nil: never by itself.
        public var resolveInterval: TimeAmount?
        /// Who is told of events.
        public var observer: SpamdObserver?

        public init(
            servers: [SpamdServer] = [.standard],
            timeout: TimeAmount = .seconds(40),
            connectTimeout: TimeAmount = .seconds(2),
            hedges: Bool = false,
            maxConcurrent: Int = 20,
            user: String? = nil,
            compress: Bool = false,
            tls: TLSOptions = TLSOptions(),
            limits: Limits = Limits(),
            probing: ProbeIntervals = ProbeIntervals(),
            resolveInterval: TimeAmount? = .minutes(5),
            observer: SpamdObserver? = nil
        ) {
            self.servers = servers
            self.timeout = timeout
            self.connectTimeout = connectTimeout
            self.hedges = hedges
            self.maxConcurrent = maxConcurrent
            self.user = user
            self.compress = compress
            self.tls = tls
            self.limits = limits
            self.probing = probing
            self.resolveInterval = resolveInterval
            self.observer = observer
        }
    }
}

extension SpamdServer {
    /// Where spamd listens unless told otherwise: 127.0.0.1:783.
    public static let standard = Self(standardPort: 783)
}
