import Foundation
import Policy
import Testing

@testable import Settings

@Suite struct ShadowSettingsTests {
    /// Settings that name a shadow with this text, and that file's name.
    private func with<Value>(
        _ shadow: String,
        _ text: String = "",
        _ body: (TamisSettings, String) throws -> Value
    ) throws -> Value {
        let folder = NSTemporaryDirectory() + "tamis-shadow-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = folder + "/next.yaml"
        try Data(shadow.utf8).write(to: URL(fileURLWithPath: file))
        return try body(try settings("shadow: \(file)\n\(text)"), file)
    }

    @Test func `without a name there is none`() throws {
        #expect(try TamisSettings().loadShadow() == nil)
        #expect(try TamisSettings().checkParts() == [])
        #expect(
            problems("shadow: next.yaml\n") == [
                "t:1:9: shadow: expected a settings file that begins with /, or \"\" for none, found \"next.yaml\""
            ]
        )
    }

    @Test func `its policy counts, in the mode of the live one`() throws {
        try with("score: { required: 7.5 }\nmode: enforce\nmixed: strictest\n", "mode: observe\n") { live, file in
            let shadow = try #require(try live.loadShadow())
            #expect(shadow.file == file)
            let policy = live.policyConfiguration(of: shadow, hostName: "mx", version: "1")
            #expect(policy.score.required == .points(Points(thousandths: 7500)))
            #expect(policy.mixed == .strictest)
            #expect(policy.mode == .observe)
        }
    }

    @Test func `its mistakes are told with its own file, line and column`() throws {
        try with("mode: enforce\nscore:\n  required: x\nmixd: split\n") { live, file in
            do throws(SettingsError) {
                _ = try live.checkParts()
                Issue.record("no error")
            } catch {
                let lines = error.description.split(separator: "\n")
                #expect(lines.first?.hasPrefix("\(file):3:13: score.required: expected spamd or a number") == true)
                #expect(lines.last == "\(file):4:1: unknown key \"mixd\"; did you mean mixed?")
            }
        }
    }

    @Test func `all files of the policy are told of at once`() throws {
        try with("spamd: { users-file: /nonexistent/shadow-users }\n", "spamd: { users-file: /nonexistent/users }\n") {
            live,
            _ in
            do throws(SettingsError) {
                _ = try live.checkParts()
                Issue.record("no error")
            } catch {
                #expect(error.problems.map(\.file) == ["/nonexistent/users", "/nonexistent/shadow-users"])
            }
        }
    }

    @Test func `what does not count in it, and what spamd is not asked for it, is a warning`() throws {
        let text =
            "limits: { deadline: 44s }\nspamd: { timeout: 9s, user: address }\nshadow: /x\n"
            + "headers: { report: spam, take-over: [X-Spam-A] }\n"
        try with(text) { live, file in
            let own =
                "\(file):4:37: headers.take-over: spamd is asked HEADERS for it and not REPORT: X-Spam-Report is written only where SpamAssassin's own settings write it (report_safe 0, or add_header all Report _REPORT_)"
            let told = try live.checkParts().map(\.description)
            #expect(
                told == [
                    own, "\(file): does not count in a second policy: spamd.timeout, limits.deadline, shadow",
                    "\(file): headers.report: is on in this second policy, and spamd is not asked for it; other headers and actions are compared",
                    "\(file): headers.take-over: is set in this second policy, and spamd is not asked for it; other headers and actions are compared",
                    "\(file): spamd.user: differs in this second policy, and spamd is asked for the user of the first one",
                ]
            )
        }
    }

    @Test func `a shadow that names nobody to spamd names whom the live file names`() throws {
        let users = "spamd: { user: local-part, user-for-several: name:all, users: { \"a@x\": b } }\n"
        try with("score: { required: 4.0 }\n", users) { live, _ in
            let shadow = try #require(try live.loadShadow())
            #expect(shadow.warnings == [])
            let policy = live.policyConfiguration(of: shadow, hostName: "mx", version: "1")
            #expect(policy.spamdUser == live.policyConfiguration(hostName: "mx", version: "1").spamdUser)
        }
        try with("spamd: { user: address }\n", users) { live, _ in
            let shadow = try #require(try live.loadShadow())
            #expect(live.policyConfiguration(of: shadow, hostName: "mx", version: "1").spamdUser.table == [])
        }
        try with("mode: enforce\n", "spamd: { users-file: /nonexistent/users }\n") { live, _ in
            do throws(SettingsError) {
                _ = try live.checkParts()
                Issue.record("no error")
            } catch {
                #expect(error.problems.map(\.file) == ["/nonexistent/users"])
            }
        }
    }

    @Test func `a file that is not there is told with the key that names it`() throws {
        let live = try settings("shadow: /nonexistent/next.yaml\n")
        do throws(SettingsError) {
            _ = try live.loadShadow()
            Issue.record("no error")
        } catch {
            #expect("\(error)" == "/nonexistent/next.yaml: shadow: cannot be opened: No such file or directory")
        }
    }

    @Test func `a copy of the live file has nothing to say`() throws {
        let text = "spamd: { timeout: 9s, user: address }\nlimits: { drain: 5s }\n"
        try with(text + "mixed: strictest\n", text) { live, _ in
            let told = try live.checkParts()
            #expect(told == [])
        }
    }
}
