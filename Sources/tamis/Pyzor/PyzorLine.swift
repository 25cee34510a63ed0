import Pyzor

/// One line of what `tamis pyzor` prints: what one server said about one message, or why it said nothing.
struct PyzorLine: Sendable {
    /// As given on the command line; nil when nothing was read.
    var file: String?
    var digest: String?
    var server: PyzorServer?
    var reply: PyzorReply?
    var failure: PyzorFailure?

    /// `{"file","digest","server","code","diag","count","wl_count","entered","updated","wl_entered","wl_updated","error"}`.
    ///
    /// Dates are seconds since 1970, 0 for never.
    var json: JSONValue {
        let number = { (value: Int64?) in value.map { JSONValue.integer($0) } ?? .null }
        return .object([
            "file": .fileName(file),
            "digest": .optional(digest),
            "server": .optional(server?.description),
            "code": number(reply.map { Int64($0.code) }),
            "diag": .optional(reply?.diagnosis),
            "count": number(reply?.count),
            "wl_count": number(reply?.whitelistCount),
            "entered": number(reply?.dates?.entered),
            "updated": number(reply?.dates?.updated),
            "wl_entered": number(reply?.dates?.whitelistEntered),
            "wl_updated": number(reply?.dates?.whitelistUpdated),
            "error": failure?.json ?? .null,
        ])
    }

    /// The same for people: `FILE: SERVER: 200 OK count=5 wl_count=0`.
    var text: String {
        let place = [file, server?.description].compactMap { $0 }.map { "\($0): " }.joined()
        if let failure, reply == nil {
            return failure.message.hasPrefix(server?.description ?? "\0")
                ? "\(file.map { "\($0): " } ?? "")\(failure.message)" : "\(place)\(failure.message)"
        }
        guard let reply else { return place + (digest ?? "") }
        var words = ["\(reply.code)", reply.diagnosis]
        if let count = reply.count { words.append("count=\(count)") }
        if let count = reply.whitelistCount { words.append("wl_count=\(count)") }
        if let dates = reply.dates {
            words.append("entered=\(dates.entered) updated=\(dates.updated)")
            words.append("wl_entered=\(dates.whitelistEntered) wl_updated=\(dates.whitelistUpdated)")
        }
        return place + words.joined(separator: " ")
    }

    /// Whether the answer says spam by these thresholds, as pyzor judges: reported more often than the first, and
    /// whitelisted no more often than the second.
    func isHit(reports: Int64, whitelistings: Int64) -> Bool {
        guard let reply, reply.isOK, let count = reply.count else { return false }
        return count > reports && (reply.whitelistCount ?? 0) <= whitelistings
    }
}

/// One line of `tamis pyzor digest` and `predigest`.
struct DigestLine: Sendable {
    var file: String
    var digest: String?
    /// The hashed lines; nil for `digest`, which does not show them.
    var lines: [String]?
    var showsLines = false
    var failure: PyzorFailure?

    /// `{"file","digest","error"}`, for `predigest` with `"lines"` before the error.
    var json: JSONValue {
        let error = failure?.json ?? .null
        guard showsLines else {
            return .object(["file": .fileName(file), "digest": .optional(digest), "error": error])
        }
        return .object([
            "file": .fileName(file), "digest": .optional(digest),
            "lines": lines.map { .strings($0) } ?? .null, "error": error,
        ])
    }
}
