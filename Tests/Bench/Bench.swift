import Foundation
import TestRig

/// `make bench`: how many messages a second Tamis takes, how long each waits, and what it costs.
///
/// Load, stand-ins and tamisd share the machine, so messages a second are a figure of the whole; the processor time
/// of tamisd for a message is its own. The stand-ins answer at once: what is measured is Tamis, not SpamAssassin.
struct Bench {
    var messages: Int
    var connections: Int
    var bytes: Int

    func run() throws {
        print("\(messages) messages of \(bytes) bytes over \(connections) connections")
        try measure("no scanner", spamd: nil, pyzor: nil)
        let spamd = try InstantSpamd()
        let pyzord = try InstantPyzord()
        defer {
            spamd.stop()
            pyzord.stop()
        }
        try measure("spamd", spamd: spamd.address, pyzor: nil)
        try measure("spamd and Pyzor", spamd: spamd.address, pyzor: pyzord.address)
    }

    private func measure(_ title: String, spamd: String?, pyzor: String?) throws {
        let milter = try MilterUnderLoad(spamd: spamd, pyzor: pyzor)
        defer { milter.stop() }
        let load = Load(address: milter.address, connections: connections, bytes: bytes)
        _ = try load.send(min(messages / 10, 500))
        let before = milter.tamisd.processorTime
        let start = ContinuousClock.now
        let waits = try load.send(messages).sorted()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let cost = (milter.tamisd.processorTime - before) / Double(waits.count)
        print(
            title.padding(toLength: 16, withPad: " ", startingAt: 0),
            String(
                format: "%7.0f messages/s   wait p50 %5.1f ms, p99 %5.1f ms   tamisd %6.0f us each, %3.0f MB",
                Double(waits.count) / seconds,
                waits[waits.count / 2] * 1000,
                waits[waits.count * 99 / 100] * 1000,
                cost * 1e6,
                Double(milter.tamisd.residentBytes) / 1e6
            )
        )
    }
}

/// tamisd with settings that refuse nothing, whatever the load.
struct MilterUnderLoad {
    let tamisd: Tamisd
    let address: String
    private let folder: PrivateDirectory

    /// - Parameters: the scanners' addresses; nil switches one off. `cached` is how many of Pyzor's answers are remembered.
    init(spamd: String?, pyzor: String?, cached: Int = 10_000) throws {
        folder = try PrivateDirectory()
        address = "unix:\(folder.path("milter.sock"))"
        tamisd = try Tamisd(
            settings: """
                milter: { listen: "\(address)" }
                spamd: { \(spamd.map { "servers: [\"\($0)\"], max-concurrent: 200" } ?? "enabled: false") }
                pyzor: { \(pyzor.map { "servers: [\"\($0)\"], cache: { entries: \(cached) }" } ?? "enabled: false") }
                exempt: { networks: [] }
                limits: { max-in-flight: 2000 }

                """
        )
    }

    func stop() {
        tamisd.stop()
        folder.remove()
    }
}
