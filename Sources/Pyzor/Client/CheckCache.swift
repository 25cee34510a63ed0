public import NIOCore

/// Earlier outcomes by digest, with an age for digests that were found and one for those that were not. Pure.
///
/// A bulk mailing brings the same digest many times within minutes; the cache spares the server and the wait. It holds
/// at most ``Policy/entries`` outcomes: two generations, of which the older is dropped when the younger is full, so
/// that what is asked for stays.
public struct CheckCache: Sendable {
    /// How much is kept, and how long.
    public struct Policy: Hashable, Sendable {
        /// The most outcomes to keep; 0 keeps none.
        public var entries: Int
        /// The age at which a digest that servers knew is asked again.
        public var found: TimeAmount
        /// The age at which a digest that nobody knew is asked again.
        public var notFound: TimeAmount

        public init(entries: Int = 10_000, found: TimeAmount = .minutes(10), notFound: TimeAmount = .minutes(2)) {
            self.entries = max(0, entries)
            self.found = found
            self.notFound = notFound
        }

        /// Nothing is kept.
        public static let none = Policy(entries: 0)
    }

    /// How often the cache, or a question under way, spared a question.
    public struct Counters: Hashable, Sendable {
        /// Answered from the cache.
        public internal(set) var hits = 0
        /// Asked of the servers.
        public internal(set) var misses = 0
        /// Shared the question of another caller.
        public internal(set) var coalesced = 0
    }

    private struct Entry {
        let outcome: CheckOutcome
        let expiry: NIODeadline
    }

    public var policy: Policy
    public internal(set) var counters = Counters()
    private var young: [MessageDigest: Entry] = [:]
    private var old: [MessageDigest: Entry] = [:]

    public init(policy: Policy) {
        self.policy = policy
    }

    /// How many outcomes are kept, the expired ones included.
    public var count: Int { young.count + old.count }

    /// The outcome of a digest if it is young enough, as `cached`.
    public mutating func outcome(of digest: MessageDigest, now: NIODeadline) -> CheckOutcome? {
        if let entry = young[digest] {
            return entry.expiry > now ? entry.outcome.reached(by: .cached) : nil
        }
        guard let entry = old.removeValue(forKey: digest), entry.expiry > now else { return nil }
        insert(entry, for: digest)
        return entry.outcome.reached(by: .cached)
    }

    /// Keeps an outcome; one of the same digest is replaced.
    public mutating func keep(_ outcome: CheckOutcome, now: NIODeadline) {
        guard policy.entries > 0 else { return }
        old[outcome.digest] = nil
        let age = outcome.isFound || outcome.whitelistCount > 0 ? policy.found : policy.notFound
        insert(Entry(outcome: outcome, expiry: now + age), for: outcome.digest)
    }

    private mutating func insert(_ entry: Entry, for digest: MessageDigest) {
        let generation = max(1, policy.entries / 2)
        if young.count >= generation, young[digest] == nil {
            old = policy.entries > 1 ? young : [:]
            young.removeAll(keepingCapacity: true)
        }
        young[digest] = entry
    }
}
