import Glibc
import TestRig

extension Promise {
    /// Another implementation of the MTA's side, not ours: OpenDKIM's miltertest runs Lua scripts against Tamis.
    static let miltertest: [Promise] = usual + corners

    /// - Parameter script: Lua; `open()` gives a connection as far as HELO, `message(c, to, score)` sends a message up to its end, and
    ///   `must(condition, what)` ends the script with an error.
    private static func row(_ name: String, _ script: String) -> Promise {
        let reason = "miltertest is the mail server"
        return Promise("By miltertest", name, absent: [.postfix: reason, .sendmail: reason]) { scene in
            guard access(program, X_OK) == 0 else { throw RigError("miltertest is not installed") }
            scene.answers(.score("3.2"))
            let folder = try PrivateDirectory()
            defer { folder.remove() }
            let prelude = prelude.replacing("ADDRESS", with: "unix:\(scene.host.milterSocket)")
            try folder.write(prelude + script, to: "script.lua")
            let run = try ChildProcess(program, ["-s", folder.path("script.lua")], output: folder.path("output"))
            defer { run.stop() }
            scene.equal(try run.wait(), .status(0), run.output)
            try scene.expect(.delivered(Written.ham("3.2")), of: Mailing())
        }
    }

    private static let program = "/usr/bin/miltertest"

    private static let prelude = """
        local function must(ok, what) if not ok then error(what) end end
        local function start()
            local c = mt.connect("ADDRESS")
            must(c ~= nil, "connect")
            return c
        end
        local function open()
            local c = start()
            must(mt.conninfo(c, "mail.example.net", "203.0.113.7") == nil, "conninfo")
            must(mt.helo(c, "mail.example.net") == nil, "helo")
            return c
        end
        local function envelope(c, to)
            must(mt.mailfrom(c, "<a@example.org>") == nil, "mail")
            must(mt.rcptto(c, "<b@" .. to .. ".test>") == nil, "rcpt")
        end
        local function message(c, to, score)
            envelope(c, to)
            must(mt.header(c, "Subject", " hello") == nil, "header")
            must(mt.header(c, "X-Test-Score", " " .. score) == nil, "header")
            pcall(mt.eoh, c)
            must(mt.bodystring(c, "hello\\r\\n") == nil, "body")
            must(mt.eom(c) == nil, "eom")
        end
        local function judged(c, words)
            must(mt.getreply(c) == SMFIR_CONTINUE, "verdict")
            must(mt.eom_check(c, MT_HDRINSERT, "X-Spam-Status"), "no status")
        end

        """

    private static var usual: [Promise] {
        [
            row(
                "three messages on a connection, a status for each",
                "local c = open() for i = 1, 3 do message(c, 'tag', '3.2') judged(c) end mt.disconnect(c)"
            ),
            row(
                "spam is refused in the default words",
                """
                local c = open()
                message(c, "reject", "7.4")
                must(mt.getreply(c) == SMFIR_REPLYCODE, "verdict")
                must(mt.eom_check(c, MT_SMTPREPLY, "550", "5.7.1", "Message rejected as spam"), "reply")
                mt.disconnect(c)
                """
            ),
            row(
                "spam is put off, discarded, quarantined",
                """
                local c = open()
                message(c, "tempfail", "7.4")
                must(mt.eom_check(c, MT_SMTPREPLY, "451", "4.7.1", "Try again later"), "tempfail")
                message(c, "discard", "7.4")
                must(mt.getreply(c) == SMFIR_DISCARD, "discard")
                message(c, "quarantine", "7.4")
                must(mt.eom_check(c, MT_QUARANTINE), "quarantine")
                mt.disconnect(c)
                """
            ),
            row(
                "recipients are added and taken away",
                """
                local c = open()
                message(c, "redirect", "7.4")
                must(mt.eom_check(c, MT_RCPTADD, "<\(Rules.others)>"), "added")
                must(mt.eom_check(c, MT_RCPTDELETE, "<b@redirect.test>"), "deleted")
                mt.disconnect(c)
                """
            ),
            row(
                "forged fields are deleted, the body never changed",
                """
                local c = open()
                envelope(c, "tag")
                must(mt.header(c, "x-spam-FLAG", " NO") == nil, "header")
                pcall(mt.eoh, c)
                must(mt.bodyrandom(c, 100000) == nil, "body")
                must(mt.eom(c) == nil, "eom")
                judged(c)
                must(mt.eom_check(c, MT_HDRDELETE, "x-spam-FLAG"), "not deleted")
                must(not mt.eom_check(c, MT_BODYCHANGE), "body changed")
                mt.disconnect(c)
                """
            ),
        ]
    }

    private static var corners: [Promise] {
        let old = [
            (2, "0x3F", "0x7F"), (3, "0x3F", "0x7F"), (4, "0x3F", "0x3FF"), (6, "0x1FF", "0x0FFFFF"),
            (6, "0xFF", "0x1FFFFF"),
        ]
        // miltertest wants steps before actions, whatever its manual says; and it raises an error for mt.eoh, which Tamis does not want.
        return old.map { version, actions, steps in
            row(
                "an offer of version \(version), actions \(actions), steps \(steps)",
                """
                local c = start()
                must(mt.negotiate(c, \(version), \(steps), \(actions)) == nil, "negotiate")
                must(mt.conninfo(c, "mail.example.net", "203.0.113.7") == nil, "conninfo")
                must(mt.helo(c, "mail.example.net") == nil, "helo")
                message(c, "tag", "3.2")
                judged(c)
                mt.disconnect(c)
                """
            )
        } + [
            row(
                "macros that are empty, unknown or very long",
                """
                local c = start()
                mt.macro(c, SMFIC_CONNECT, "j", "", "{daemon_name}", "")
                must(mt.conninfo(c, "", "unspec") == nil, "conninfo")
                mt.disconnect(c)
                c = open()
                mt.macro(c, SMFIC_MAIL, "i", "", "{auth_type}", "", "{nobody_knows}", "x")
                mt.macro(c, SMFIC_MAIL, "{mail_addr}", string.rep("x", 400))
                message(c, "tag", "3.2")
                judged(c)
                mt.disconnect(c)
                """
            ),
            row(
                "ABORT twice, before MAIL, after RCPT and after the message",
                """
                local c = open()
                mt.abort(c) mt.abort(c)
                envelope(c, "tag")
                mt.abort(c) mt.abort(c)
                message(c, "tag", "3.2")
                judged(c)
                mt.abort(c) mt.abort(c)
                message(c, "tag", "3.2")
                judged(c)
                mt.disconnect(c)
                """
            ),
            row(
                "end of message without header and body",
                "local c = open() envelope(c, 'tag') must(mt.eom(c) == nil, 'eom') judged(c) mt.disconnect(c)"
            ),
            row(
                "a header of a thousand fields, a body of a megabyte in random pieces",
                """
                local c = open()
                envelope(c, "tag")
                for i = 1, 1000 do mt.header(c, "X-Field-" .. i, " " .. i) end
                pcall(mt.eoh, c)
                for i = 1, 16 do mt.bodyrandom(c, 65535) end
                must(mt.eom(c) == nil, "eom")
                judged(c)
                mt.disconnect(c)
                """
            ),
            row(
                "gone without a word at each stage",
                """
                for stage = 0, 5 do
                    local c = start()
                    if stage > 0 then mt.conninfo(c, "mail.example.net", "203.0.113.7") end
                    if stage > 1 then mt.helo(c, "x") end
                    if stage > 2 then envelope(c, "tag") end
                    if stage > 3 then mt.header(c, "Subject", " x") end
                    if stage > 4 then pcall(mt.eoh, c) mt.bodystring(c, "half a li") end
                    mt.disconnect(c, false)
                end
                """
            ),
        ]
    }
}
