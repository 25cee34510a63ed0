/// `limits`: what one message, and all of them together, may take.
package struct LimitsSection: Equatable, Sendable {
    /// What mail meets when the filter is full.
    package enum BusyAnswer: String, Sendable, CaseIterable {
        /// 451 4.3.2 at MAIL.
        case tempfail
        /// It passes unjudged; forged verdicts are removed.
        case accept
    }

    /// From the end of a message to our answer.
    package var deadline = Duration.seconds(45)
    /// Bytes of a message that spamd gets.
    package var maxScanSize = 2 << 20
    package var maxConnections = 2000
    package var maxInFlight = 500
    /// Bytes of all messages in flight.
    package var maxBuffered = 512 << 20
    package var busy = BusyAnswer.tempfail
    /// How long messages in flight may take after SIGTERM.
    package var drain = Duration.seconds(30)

    package init() {}
}

extension LimitsSection {
    static let schema = Schema<LimitsSection>(
        [
            .value(
                "deadline",
                \.deadline,
                .duration(.milliseconds(100) ... .seconds(3600)),
                "From the end of a message to the answer for the MTA."
            ),
            .value(
                "max-scan-size",
                \.maxScanSize,
                .size(1024...(1 << 30)),
                "Of a larger message, spamd gets so much and Pyzor nothing. It is never refused for its size."
            ),
            .value(
                "max-connections",
                \.maxConnections,
                .integer(1...100_000),
                "Connections of the MTA.",
                needsRestart: true
            ),
            .value("max-in-flight", \.maxInFlight, .integer(1...100_000), "Messages at once."),
            .value("max-buffered", \.maxBuffered, .size((1 << 20)...(1 << 40)), "Memory for all messages at once."),
            .value(
                "busy",
                \.busy,
                .choice,
                "Above these limits: tempfail (451 4.3.2 at MAIL), or accept without judging."
            ),
            .value(
                "drain",
                \.drain,
                .duration(.zero ... .seconds(3600)),
                "When the daemon is stopped: how long it waits for messages in flight."
            ),
        ],
        check: { section, given, key, reading in
            guard given.isSound("max-buffered", "max-scan-size") else { return }
            if section.maxBuffered < section.maxScanSize, let place = given.first(of: "max-buffered", "max-scan-size") {
                reading.warn(
                    place.place,
                    "\(key).\(place.name)",
                    "max-buffered (\(sizeText(section.maxBuffered))) is less than max-scan-size"
                        + " (\(sizeText(section.maxScanSize))): a message of that size always meets the busy answer"
                )
            }
        }
    )
}
