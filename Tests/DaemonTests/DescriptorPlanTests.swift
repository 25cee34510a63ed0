import Glibc
import Settings
import Testing

@testable import Daemon

struct DescriptorPlanTests {
    @Test func `the defaults need a descriptor for each connection, two for each question, and some`() {
        let plan = DescriptorPlan(TamisSettings())
        #expect(plan == DescriptorPlan(connections: 2_000, questions: 20 + 1 + 16))
        #expect(plan.needed == 2_000 + 250 + 2 * 37 + 48)
    }

    @Test func `a scanner that is switched off needs none`() {
        var settings = TamisSettings()
        settings.spamd.enabled = false
        settings.pyzor.enabled = false
        #expect(DescriptorPlan(settings).questions == 0)
    }

    @Test func `questions are no more than messages in flight can ask`() {
        var settings = TamisSettings()
        settings.spamd.maxConcurrent = 10_000
        settings.limits.maxInFlight = 50
        settings.pyzor.enabled = false
        #expect(DescriptorPlan(settings).questions == 101)
    }

    @Test func `with enough descriptors nothing is lowered and nothing is said`() {
        let plan = DescriptorPlan(connections: 2_000, questions: 37)
        #expect(plan.fit(in: plan.needed).connections == 2_000)
        #expect(plan.warning(limit: plan.needed) == nil)
    }

    @Test func `with too few, fewer connections are served and the warning has all the numbers`() throws {
        let plan = DescriptorPlan(connections: 2_000, questions: 37)
        let fit = plan.fit(in: 1_024)
        #expect(fit == DescriptorPlan.Fit(connections: 801, firstRefused: 1_024 - 37 - 16))
        let warning = try #require(plan.warning(limit: 1_024))
        for number in ["1024", "2372", "801", "2000", "limits.max-connections"] { #expect(warning.contains(number)) }
    }

    @Test(arguments: [1, 2, 7, 100, 2_000, 100_000], [0, 1, 37, 500, 20_000])
    func `whatever the limit, all connections, their questions and the rest fit in`(connections: Int, questions: Int) {
        let plan = DescriptorPlan(connections: connections, questions: questions)
        for limit in [0, 1, 20, 64, 65, 100, 256, 1_024, 4_096, 65_536, 1 << 20, Int(Int32.max)] {
            let fit = plan.fit(in: limit)
            #expect((1...connections).contains(fit.connections))
            #expect(fit.firstRefused >= 1)
            guard limit >= 64 else { continue }
            #expect(fit.firstRefused < limit)
            // Those below have room beside each other, and as many are free above as are kept for questions and the rest.
            let kept = min(questions, (limit - DescriptorPlan.own) / 4)
            #expect(fit.firstRefused + kept + 16 <= limit)
            #expect(fit.connections == 1 || fit.connections + kept + DescriptorPlan.own - 16 <= fit.firstRefused)
        }
    }

    @Test func `the limit is never lowered, and raised no further than the system allows`() {
        var before = rlimit()
        #expect(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before) == 0)
        #expect(DescriptorLimit.raise(to: 1) == Int(clamping: before.rlim_cur))
        #expect(DescriptorLimit.raise(to: Int(clamping: before.rlim_max)) == Int(clamping: before.rlim_max))
        #expect(DescriptorLimit.raise(to: .max) == Int(clamping: before.rlim_max))
    }
}
