import Settings

/// How many descriptors the daemon needs, and how few connections it takes where it cannot have them. Pure.
///
/// Descriptors go to connections of MTAs, to questions for scanners, and to all else. What scanners and the rest need is kept free:
/// a connection that would take of it is closed at once. Connections over `limits.max-connections` that are told so
/// hold a descriptor all the same until the MTA hangs up; an eighth is added for them.
struct DescriptorPlan: Equatable {
    /// `limits.max-connections`
    let connections: Int
    /// Sockets to scanners at the same time, at most.
    let questions: Int

    /// For the log, event loops, libmilter's and Dispatch's own, files that are read at a reload, look-ups of names.
    static let own = 48
    /// With fewer the daemon would start, refuse every connection and so serve nobody.
    static let least = own
    /// What stays free of it for what comes by the way.
    private static let margin = 16

    /// What all of it needs.
    var needed: Int { connections + connections / 8 + 2 * questions + Self.own }

    /// What is done with a number of descriptors.
    struct Fit: Equatable {
        /// Connections that are served.
        let connections: Int
        /// The descriptor from which on a connection is refused.
        let firstRefused: Int
    }

    /// Makes do with `limit` descriptors.
    ///
    /// Descriptors are given out from the lowest on. So while connections stay below `firstRefused`, there are as many above as
    /// questions and the rest need, whoever has the lower ones; therefore questions count twice in what is needed.
    func fit(in limit: Int) -> Fit {
        let free = max(limit - Self.own, 0)
        let kept = min(questions, free / 4)
        let fitting = (free - 2 * kept) * 8 / 9
        return Fit(
            connections: limit >= needed ? connections : max(1, min(connections, fitting)),
            firstRefused: max(limit - kept - Self.margin, 1)
        )
    }
}

extension DescriptorPlan {
    /// What an operator has to know when the system allows `limit`; nil when that is enough.
    func warning(limit: Int) -> String? {
        guard limit < needed else { return nil }
        let served = fit(in: limit).connections
        return
            "the system allows \(limit) open files and \(needed) are needed: limits.max-connections is \(served) instead of"
            + " \(connections) (LimitNOFILE in the unit, or ulimit -Hn)"
    }

    /// Why the daemon cannot start with `limit`; nil when it can.
    static func complaint(limit: Int) -> String? {
        guard limit < least else { return nil }
        return
            "the system allows \(limit) open files and \(least) are the least to start with (LimitNOFILE in the unit, or ulimit -Hn)"
    }

    init(_ settings: TamisSettings) {
        let spamd = settings.spamd
        // A message asks one spamd server at a time, or two; each server is probed once at a time.
        let asked = min(spamd.servers.count * spamd.maxConcurrent, 2 * settings.limits.maxInFlight)
        self.init(
            connections: settings.limits.maxConnections,
            questions: (spamd.enabled ? asked + spamd.servers.count : 0)
                + (settings.pyzor.enabled ? 16 * settings.pyzor.servers.count : 0)
        )
    }
}
