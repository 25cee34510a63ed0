import Foundation
import TestRig
import Testing

/// Another implementation of the MTA's side: OpenDKIM's miltertest.
struct MiltertestTests {
    private static let miltertest = "/usr/bin/miltertest"

    @Test(
        .enabled(if: access(miltertest, X_OK) == 0, "miltertest is not installed"),
        arguments: [[], ["without-reply"]]
    )
    func `miltertest finds the header on three messages of a session`(options: [String]) throws {
        let folder = try temporaryFolder()
        let address = "unix:\(folder)/milter.sock"
        let process = try StandInProcess(address, options.first ?? "mode=0660")
        let script = folder + "/script.lua"
        try Data(Self.script(address).utf8).write(to: URL(fileURLWithPath: script))
        let run = try ChildProcess(Self.miltertest, ["-s", script], output: folder + "/output")
        #expect(try run.wait() == .status(0), "\(run.output)")
        try waitUntil { try process.counts().closed == 1 }
    }

    /// miltertest agrees to leading blanks, so it sees ours.
    private static func script(_ address: String) -> String {
        """
        local function must(ok, what) if not ok then error(what) end end
        local c = mt.connect("\(address)")
        must(c ~= nil, "connect")
        must(mt.conninfo(c, "mail.example", "192.0.2.1") == nil, "conninfo")
        must(mt.helo(c, "mail.example") == nil, "helo")
        for message = 1, 3 do
            mt.macro(c, SMFIC_MAIL, "i", "4F2A1B")
            must(mt.mailfrom(c, "<a@example.org>", "SIZE=5") == nil, "mail")
            must(mt.rcptto(c, "<b@example.org>") == nil, "rcpt")
            must(mt.header(c, "Subject", " hello") == nil, "header")
            must(mt.eoh(c) == nil, "eoh")
            must(mt.bodystring(c, "hello\\r\\n") == nil, "body")
            must(mt.eom(c) == nil, "eom")
            must(mt.getreply(c) == SMFIR_CONTINUE, "reply")
            must(mt.eom_check(c, MT_HDRINSERT, "X-Stand-In", " size=7"), "header not inserted")
        end
        mt.abort(c)
        mt.disconnect(c)
        """
    }
}
