import Synchronization
import TestRig

/// A column at work: its mail servers, each started when it is first asked for, and Tamis with the settings of the row at hand.
///
/// The rows of a column come one after another. Tamis is started anew only where the settings or the server change.
final class Theatre: Sendable {
    private let column: Column
    private let state = Mutex(State())

    private struct State {
        var answers: Answers?
        var neighbours: Neighbours?
        var hosts: [Wiring: any Host] = [:]
        var playing: (wiring: Wiring, rules: Rules, tamisd: Tamisd)?
    }

    static let all = Dictionary(uniqueKeysWithValues: Column.allCases.map { ($0, Theatre($0)) })

    private init(_ column: Column) { self.column = column }

    /// Tries a promise and gives what is amiss.
    func complaints(about promise: Promise) -> [String] {
        do {
            return try state.withLock { state in
                let scene = try scene(for: promise, &state)
                do {
                    try promise.trial(scene)
                } catch {
                    return scene.complaints + ["\(error)"] + (scene.tamisd.isRunning ? [] : ["Tamis has ended"])
                }
                return scene.complaints
            }
        } catch {
            return ["\(error)"]
        }
    }

    /// Ends what was started.
    func close() {
        state.withLock { state in
            state.playing?.tamisd.stop()
            for host in state.hosts.values { host.stop() }
            state.neighbours?.stop()
            state.answers?.stop()
            state = State()
        }
    }

    private func scene(for promise: Promise, _ state: inout State) throws -> Scene {
        let answers = try state.answers ?? Answers()
        state.answers = answers
        let neighbours = promise.wiring == .neighbours ? try state.neighbours ?? Neighbours() : nil
        if let neighbours { state.neighbours = neighbours }
        let host = try state.hosts[promise.wiring] ?? column.host(promise.wiring, neighbours)
        state.hosts[promise.wiring] = host
        if let playing = state.playing, playing.wiring == promise.wiring, playing.rules == promise.rules,
            playing.tamisd.isRunning
        {
            return Scene(column, host, playing.tamisd, answers)
        }
        state.playing?.tamisd.stop()
        state.playing = nil
        let tamisd = try Tamisd(settings: settings(promise.rules, host, answers))
        state.playing = (promise.wiring, promise.rules, tamisd)
        return Scene(column, host, tamisd, answers)
    }

    /// The rig's Postfix runs as the user daemon, Sendmail connects as root.
    private func settings(_ rules: Rules, _ host: any Host, _ answers: Answers) -> String {
        """
        milter: { listen: "unix:\(host.milterSocket)", socket-group: daemon }
        spamd: { servers: ["\(answers.spamd.address)"]\(rules.spamd.isEmpty ? "" : ", \(rules.spamd)") }
        pyzor: { servers: ["\(answers.pyzord.address)"], timeout: 500ms, cache: { entries: 0 } }
        \(rules.sections)
        """
    }
}

extension Column {
    /// Starts a server of this column.
    fileprivate func host(_ wiring: Wiring, _ neighbours: Neighbours?) throws -> any Host {
        switch self {
        case .postfix: MailServerHost(server: try Postfix(wiring.postfix(neighbours)))
        case .sendmail:
            MailServerHost(server: try Sendmail(lines: wiring.sendmail(neighbours), hasBarePort: true))
        case .peer: try PeerHost()
        }
    }
}
