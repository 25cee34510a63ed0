import Mail
import Testing

@testable import Policy

struct PolicyConfigurationTests {
    @Test func `what nobody sets is what the sample file says`() throws {
        let configuration = PolicyConfiguration()
        #expect(configuration.mode == .enforce)
        #expect(configuration.score.required == .spamd)
        #expect(configuration.score.pyzorPoints == [5: points("1.0"), 20: points("2.0"), 100: points("3.0")])
        #expect(configuration.score.whitelistCount == 10)
        #expect(configuration.score.whitelistShareThousandths == points("0.2").thousandths)
        #expect(configuration.score.alone == .tag)
        #expect(configuration.exempt.networks.map(\.description) == ["127.0.0.0/8", "::1/128"])
        #expect(configuration.exempt.local == .skip)
        #expect(configuration.exempt.authenticated == .skip)
        #expect(configuration.exempt.nullSender == .noReject)
        #expect(configuration.exempt.lists == .full)
        #expect(configuration.recipients.isEmpty)
        #expect(configuration.mixed == .mostLenient)
        #expect(configuration.unscanned.withoutSpamd == .accept)
        #expect(configuration.unscanned.withoutPyzor == .accept)
        #expect(configuration.spamdUser == SpamdUserRules(single: .none, several: nil))
    }

    @Test func `the headers that nobody sets are the sample's`() {
        let headers = PolicyConfiguration().headers
        #expect(
            [headers.status, headers.score, headers.level, headers.version] == [.always, .always, .always, .always]
        )
        #expect(headers.flag == .spam)
        #expect(headers.report == .never)
        #expect(headers.remove.map(\.description) == ["X-Spam-*"])
        #expect(headers.subjectTag.isEmpty && headers.extra.isEmpty && headers.takeOver.isEmpty)
    }

    @Test func `the settings' words are the design's`() {
        #expect(PolicyConfiguration.Mode.allCases.map(\.rawValue) == ["enforce", "observe"])
        #expect(PolicyConfiguration.Mixed.allCases.map(\.rawValue) == ["most-lenient", "strictest", "split"])
        #expect(Ceiling.allCases.map(\.rawValue) == ["skip", "log-only", "tag-only", "no-reject", "full"])
        #expect(HeaderRules.When.allCases.map(\.rawValue) == ["never", "spam", "always"])
        #expect(UnscannedRules.WithoutSpamd.allCases.map(\.rawValue) == ["accept", "tempfail", "quarantine"])
        #expect(UnscannedRules.WithoutPyzor.allCases.map(\.rawValue) == ["accept", "tempfail"])
    }

    @Test func `every error says what was found or expected in one line`() {
        let errors: [PolicyError] = [
            .unknownAction("x"), .addressMissing("copy"), .address("x"), .noAction, .standsAlone(.reject), .twice(.tag),
            .notTogether(.redirect, .deleteRecipient), .lossNotAccepted(.discard), .replyClass(.reject, expected: 5),
            .replyWithoutRefusal, .sameThreshold(.required), .glob("x"), .userName("x"), .subjectTag("x"),
            .headerName("x"), .ownHeader("x"), .templateVariable("x"), .templateBrace("x"), .templateCharacters,
            .templateBlank, .templateLength(901),
        ]
        for error in errors { #expect(error.description.count > 15 && !error.description.contains("\n")) }
        #expect(Set(errors.map(\.description)).count == errors.count)
    }
}
