import Foundation
import Glibc
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
        try measureLatency()
        try measureMemory()
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
                waits.quantile(0.5) * 1000,
                waits.quantile(0.99) * 1000,
                cost * 1e6,
                Double(milter.tamisd.residentBytes) / 1e6
            )
        )
    }
}

/// What Tamis adds to scanners that take their time, and what it holds in memory at the worst.
extension Bench {
    /// Both stand-ins answer after 20 ms, 16 connections: what a message waits beyond that is ours (and the load's own).
    func measureLatency() throws {
        let delay = 20
        let spamd = try InstantSpamd(threads: 32, after: delay)
        let pyzord = try InstantPyzord(after: delay)
        let milter = try MilterUnderLoad(spamd: spamd.address, pyzor: pyzord.address)
        defer {
            milter.stop()
            spamd.stop()
            pyzord.stop()
        }
        let load = Load(address: milter.address, connections: 16, bytes: bytes)
        _ = try load.send(320)
        let above = try load.send(min(messages, 4000)).sorted().map { $0 * 1000 - Double(delay) }
        let format = "both after %d ms  above that: wait p50 %5.2f ms, p99 %5.2f ms (16 connections)"
        print(String(format: format, delay, above.quantile(0.5), above.quantile(0.99)))
    }

    /// 256 connections with messages of 2 MB: what does not fit is put off, and memory stays below `max-buffered` and 64 MB.
    func measureMemory() throws {
        let spamd = try InstantSpamd()
        let pyzord = try InstantPyzord()
        let milter = try MilterUnderLoad(spamd: spamd.address, pyzor: pyzord.address, buffered: 256)
        defer {
            milter.stop()
            spamd.stop()
            pyzord.stop()
        }
        let start = milter.tamisd.residentBytes
        var idle = try (0..<1000).map { _ in try MilterClient(milter.address) }
        for client in idle { try client.negotiate() }
        usleep(500_000)
        let growth = milter.tamisd.residentBytes - start
        print(String(format: "1000 idle        %+.1f MB, %.1f KB each", Double(growth) / 1e6, Double(growth) / 1e6))
        for client in idle { client.disconnect() }
        idle = []
        let load = Load(address: milter.address, connections: 256, bytes: 2_000_000, mayBeBusy: true)
        _ = try load.send(1024)
        let peak = milter.tamisd.status("VmHWM") / 1024
        print(
            "256 of 2 MB      peak \(peak) MiB with max-buffered 256MiB: \(peak * 100 / (256 + 64)) % of that and 64 MiB"
        )
    }
}

extension [Double] {
    /// Of sorted values, the one below which this share of them lies.
    fileprivate func quantile(_ share: Double) -> Double { self[Swift.min(Int(Double(count) * share), count - 1)] }
}

/// tamisd with settings that refuse nothing, whatever the load.
struct MilterUnderLoad {
    let tamisd: Tamisd
    let address: String
    private let folder: PrivateDirectory

    /// - Parameters: the scanners' addresses; nil switches one off. `cached` is how many of Pyzor's answers are
    ///   remembered, `buffered` is `max-buffered` in MiB.
    init(spamd: String?, pyzor: String?, cached: Int = 10_000, buffered: Int = 512) throws {
        folder = try PrivateDirectory()
        address = "unix:\(folder.path("milter.sock"))"
        tamisd = try Tamisd(
            settings: """
                milter: { listen: "\(address)" }
                spamd: { \(spamd.map { "servers: [\"\($0)\"], max-concurrent: 200" } ?? "enabled: false") }
                pyzor: { \(pyzor.map { "servers: [\"\($0)\"], cache: { entries: \(cached) }" } ?? "enabled: false") }
                exempt: { networks: [] }
                limits: { max-in-flight: 2000, max-buffered: \(buffered)MiB }

                """
        )
    }

    func stop() {
        tamisd.stop()
        folder.remove()
    }
}
