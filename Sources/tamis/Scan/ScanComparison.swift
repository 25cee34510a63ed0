import ArgumentParser
import Filter
import Mail
import Policy
import Settings

/// `tamis scan --policy A --against B`: what would change if B's policy took the place of A's.
///
/// Scanners are asked once a message, as A says; both policies judge the answers. Of B counts what counts of a shadow policy: score,
/// actions, exempt, recipients, mixed, headers and unscanned, and who spamd would be told; the mode is A's.
extension ScanCommand {
    func compare(against path: String) async throws {
        let (filter, settings) = try await self.filter()
        let other = try self.other(path, beside: settings)
        var summary = ScanComparisonSummary()
        let status = try await judgeAll(filter, settings) { file, outcome in
            switch outcome {
            case .success(let (message, judgement)):
                let comparison = PolicyComparison(
                    .init(judgement.verdict, judgement.disposition),
                    of: filter.policy,
                    from: judgement.findings,
                    with: other,
                    on: message
                )
                summary.add(comparison)
                show(ScanComparisonReport(file: file, judgement: judgement, comparison: comparison))
            case .failure(let problem):
                summary.failures += 1
                show(ScanComparisonReport(file: file, problem: problem.text))
            }
        }
        if !json { StandardStreams.tell(summary.text) }
        if status != 0 { throw ExitCode(status) }
        if exitCode, summary.differing > 0 { throw ExitCode(1) }
    }

    /// The policy of the other file. Its warnings go to standard error, since what does not count was hardly meant so.
    private func other(_ path: String, beside settings: TamisSettings) throws -> ScorePolicy {
        do {
            var own = settings
            own.shadow = path
            guard let shadow = try own.loadShadow() else { throw failure("--against: no file", 64) }
            for warning in shadow.warnings { StandardStreams.complain("tamis scan: \(warning)") }
            var policy = own.policyConfiguration(
                of: shadow,
                hostName: HostName.current,
                version: TamisVersion.current
            )
            if client == nil { policy.exempt.local = .full }
            return ScorePolicy(policy)
        } catch let error as SettingsError {
            throw failure("\(error)", 78)
        }
    }

    private func show(_ report: ScanComparisonReport) {
        if json {
            StandardStreams.say(report.json)
        } else if report.problem != nil {
            StandardStreams.complain("tamis scan: \(report.text ?? "")")
        } else if let text = report.text {
            StandardStreams.tell(text)
        }
    }
}
