import Mail

/// The names of the fields that Tamis writes itself.
enum OwnHeader {
    static let flag: HeaderName = "X-Spam-Flag"
    static let score: HeaderName = "X-Spam-Score"
    static let level: HeaderName = "X-Spam-Level"
    static let status: HeaderName = "X-Spam-Status"
    static let version: HeaderName = "X-Spam-Checker-Version"
    static let report: HeaderName = "X-Spam-Report"

    static let names: Set<HeaderName> = [flag, score, level, status, version, report]
}
