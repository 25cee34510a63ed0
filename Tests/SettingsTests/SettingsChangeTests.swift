import Policy
import Testing

@testable import Settings

@Suite struct SettingsChangeTests {
    @Test func `equal settings have no changes`() {
        #expect(TamisSettings().changes(to: TamisSettings()) == [])
    }

    @Test func `each change is told by its dotted name with both values, in the order of the file`() throws {
        let text = """
            log: {level: info}
            mode: observe
            spamd: {timeout: 30s, tls: {ca-file: /ca.pem}}
            score: {pyzor: {points: {3: 0.5}}}
            actions: [{at: 10, do: [reject], reply: "550 5.7.1 No"}]
            milter: {socket-group: postfix}
            """
        let changes = TamisSettings().changes(
            to: try settings(text.replacing("tls: {", with: "servers: ['tls://a:1'], tls: {"))
        )
        #expect(
            changes.map(\.description) == [
                "mode: enforce -> observe",
                "milter.socket-group: none -> postfix",
                "spamd.servers: [127.0.0.1:783] -> [tls://a:1]",
                "spamd.timeout: 40s -> 30s",
                "spamd.tls.ca-file: \"\" -> /ca.pem",
                "score.pyzor.points: { 5: 1.0, 20: 2.0, 100: 3.0 } -> { 3: 0.5 }",
                "actions: [{ at: required, do: [tag] }] -> [{ at: 10.0, do: [reject], reply: \"550 5.7.1 No\" }]",
                "log.level: notice -> info",
            ]
        )
    }

    @Test func `the milter's keys, max-connections and the log's format need a restart and nothing else does`() {
        let names = TamisSettings.keys.filter(\.needsRestart).map(\.name)
        #expect(
            names == [
                "milter.listen", "milter.socket-mode", "milter.socket-group", "limits.max-connections", "log.format",
            ]
        )
        var changed = TamisSettings()
        changed.limits.maxConnections = 3
        changed.limits.maxInFlight = 3
        #expect(TamisSettings().changes(to: changed).map(\.needsRestart) == [true, false])
    }

    @Test func `a long value is cut`() {
        var changed = TamisSettings()
        changed.pyzor.accountsFile = "/" + String(repeating: "a", count: 1000)
        let line = TamisSettings().changes(to: changed).map(\.description)
        #expect(line == ["pyzor.accounts-file: \"\" -> /" + String(repeating: "a", count: 199) + "..."])
    }
}
