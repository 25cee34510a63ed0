import Foundation
import Glibc
import TestRig

/// `make soak`: whether tamisd is after very many messages what it was after the first ones.
///
/// The first part warms it up, and fills the cache of Pyzor's answers, which is a small one here; the rest goes in ten parts, each over connections of its own, and after each part, at rest,
/// memory, descriptors and threads are read. Every message must be accepted with both scanners' answers in its fields and
/// have its line in the log; memory may grow by less than 2 MB from the end of the warm-up to the end, descriptors and
/// threads not at all. What was started ends with this process, in whatever way that ends.
struct Soak {
    var messages: Int

    private static let points = 10
    private static let largestGrowth = 2_000_000
    /// Two minutes, and ten milliseconds for each message: some thirty times what it takes.
    private var limit: Duration { .seconds(120) + .milliseconds(10 * messages) }

    private struct Reading {
        var answered: Int
        var bytes: Int
        var files: Int
        var threads: Int
    }

    func run() throws {
        endLate()
        let spamd = try InstantSpamd()
        let pyzord = try InstantPyzord()
        defer {
            spamd.stop()
            pyzord.stop()
        }
        let milter = try MilterUnderLoad(spamd: spamd.address, pyzor: pyzord.address, cached: 500)
        defer { milter.stop() }
        let load = Load(
            address: milter.address,
            connections: 64,
            bytes: 4096,
            perConnection: 10,
            expected: ["pyzor=3/0", "scanned-by=spamd,pyzor"]
        )
        say("  answered    log lines   memory MB   descriptors   threads   messages/s")
        var logged = 0
        var answered = 0
        var readings: [Reading] = []
        for part in 0...Self.points {
            let start = ContinuousClock.now
            // The last part has what division left over.
            let share = part == Self.points ? messages - answered : messages / (Self.points + 1)
            answered += try load.send(share).count
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            logged += try milter.tamisd.takeLog(untilThereAre: share)
            let reading = try atRest(milter.tamisd, answered, like: readings.first)
            readings.append(reading)
            show(reading, logged, Double(share) / seconds, isWarmUp: part == 0)
        }
        try judge(readings, logged)
    }

    /// Reads when connections and workers have gone; at least as few as after the warm-up, should that come within half a minute.
    private func atRest(_ tamisd: Tamisd, _ answered: Int, like first: Reading?) throws -> Reading {
        usleep(500_000)
        let now = {
            Reading(answered: answered, bytes: tamisd.residentBytes, files: tamisd.openFiles, threads: tamisd.threads)
        }
        guard let first else { return now() }
        try? waitUntil("tamisd was at rest", within: .seconds(30)) {
            let reading = now()
            return reading.files <= first.files && reading.threads <= first.threads
        }
        return now()
    }

    private func show(_ reading: Reading, _ logged: Int, _ rate: Double, isWarmUp: Bool) {
        let format = "%10d   %10d   %9.2f   %11d   %7d   %10.0f"
        let megabytes = Double(reading.bytes) / 1e6
        let line = String(format: format, reading.answered, logged, megabytes, reading.files, reading.threads, rate)
        say(isWarmUp ? line + "   (warm-up)" : line)
    }

    private func judge(_ readings: [Reading], _ logged: Int) throws {
        guard let first = readings.first, let last = readings.last else { return }
        let growth = last.bytes - first.bytes
        let faults = [
            last.answered == messages ? nil : "\(messages - last.answered) messages were lost",
            logged == messages ? nil : "\(logged) lines were logged for \(messages) messages",
            growth < Self.largestGrowth ? nil : "memory grew by \(growth) bytes",
            last.files <= first.files ? nil : "descriptors grew by \(last.files - first.files)",
            last.threads <= first.threads ? nil : "threads grew by \(last.threads - first.threads)",
        ].compactMap(\.self)
        guard faults.isEmpty else { throw RigError(faults.joined(separator: "; ")) }
        say(
            String(
                format: "flat: %d sent, %d answered, 0 lost; memory %+.2f MB, descriptors %+d, threads %+d",
                messages,
                last.answered,
                Double(growth) / 1e6,
                last.files - first.files,
                last.threads - first.threads
            )
        )
    }

    /// Prints at once, into a file too.
    private func say(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }

    /// Ends the process when it takes too long; what it has started ends with it.
    private func endLate() {
        let limit = limit
        Thread {
            Thread.sleep(forTimeInterval: limit / .seconds(1))
            FileHandle.standardError.write(Data("bench: not done within \(limit)\n".utf8))
            exit(1)
        }.start()
    }
}
