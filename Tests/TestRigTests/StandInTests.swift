import Foundation
import TestRig
import Testing

/// The stand-ins, asked by the real clients of Debian.
@Suite(.ownThread) struct StandInTests {
    @Test(.enabled(if: access("/usr/bin/spamc", X_OK) == 0, "spamc is not installed"))
    func `spamc understands a scripted spamd`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let spamd = try ScriptedSpamd { _ in .calledSpam }
        defer { spamd.stop() }
        let letter = Letter.ham("scripted")
        try Data(letter.bytes).write(to: URL(fileURLWithPath: folder.path("letter")))
        let (output, exit) = try run(
            #"spamc -x -d 127.0.0.1 -p "$1" -y <"$2""#,
            "\(spamd.port)",
            folder.path("letter"),
            in: folder
        )
        #expect(output == "URIBL_BLACK,BAYES_99")
        #expect(exit == .status(0))
        #expect(spamd.questions.map(\.verb) == ["SYMBOLS"])
        #expect(spamd.questions.first?.letter == letter)
    }

    @Test(.enabled(if: access("/usr/bin/spamc", X_OK) == 0, "spamc is not installed"))
    func `spamc understands an instant spamd, every time`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let spamd = try InstantSpamd(answering: .calledSpam)
        defer { spamd.stop() }
        try Data(Letter.ham("instant").bytes).write(to: URL(fileURLWithPath: folder.path("letter")))
        for _ in 0..<3 {
            let (output, _) = try run(
                #"spamc -x -d 127.0.0.1 -p "$1" -y <"$2""#,
                "\(spamd.port)",
                folder.path("letter"),
                in: folder
            )
            #expect(output == "URIBL_BLACK,BAYES_99")
        }
    }

    @Test(.enabled(if: access("/usr/bin/pyzor", X_OK) == 0, "pyzor is not installed"))
    func `pyzor understands an instant pyzord`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let pyzord = try InstantPyzord(count: 7)
        defer { pyzord.stop() }
        try folder.write("\(pyzord.address)\n", to: "servers")
        try Data(Letter.ham("instant").bytes).write(to: URL(fileURLWithPath: folder.path("letter")))
        let (output, _) = try run(#"pyzor --homedir "$1" check <"$1/letter""#, folder.path, in: folder)
        #expect(output == "\(pyzord.address)\t(200, 'OK')\t7\t0\n")
    }

    @Test(.enabled(if: access("/usr/bin/pyzor", X_OK) == 0, "pyzor is not installed"))
    func `pyzor understands a scripted pyzord`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let pyzord = try ScriptedPyzord { $0.answer(count: 7, whitelisted: 1) }
        try folder.write("\(pyzord.address)\n", to: "servers")
        try Data(Letter.ham("scripted").bytes).write(to: URL(fileURLWithPath: folder.path("letter")))
        let (output, _) = try run(#"pyzor --homedir "$1" check <"$1/letter""#, folder.path, in: folder)
        #expect(output == "\(pyzord.address)\t(200, 'OK')\t7\t1\n")
        #expect(pyzord.questions.map(\.operation) == ["check"])
        #expect(pyzord.questions.first?.digest?.count == 40)
    }

    @Test func `a stand-in that has stopped can come back on its port`() throws {
        let spamd = try ScriptedSpamd { _ in .calledHam }
        spamd.stop()
        try ScriptedSpamd(port: spamd.port) { _ in .calledHam }.stop()
        let pyzord = try ScriptedPyzord { $0.answer() }
        pyzord.stop()
        try waitUntil("its port was free") { (try? ScriptedPyzord(port: pyzord.port) { $0.answer() })?.stop() != nil }
    }

    @Test func `a refusing port refuses`() throws {
        let tcp = try RefusingPort()
        #expect(throws: RigError("connect to \(tcp.address): Connection refused")) { try SMTPClient(port: tcp.port) }
        let udp = try RefusingPort.udp()
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        // The first datagram brings the error, the second one meets it.
        let (_, exit) = try run(
            #"exec 3<>"/dev/udp/127.0.0.1/$1" && echo >&3 && sleep 0.2 && echo >&3"#,
            "\(udp.port)",
            in: folder
        )
        #expect(exit == .status(1))
    }

    @Test func `two that meet wait for each other`() async throws {
        let meeting = Rendezvous(2)
        #expect(throws: RigError.self) { try Rendezvous(2).meet(within: .milliseconds(20)) }
        async let one: Void = meeting.meet()
        async let two: Void = meeting.meet()
        _ = try await (one, two)
    }
}
