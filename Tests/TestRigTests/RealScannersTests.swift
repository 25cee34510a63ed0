import Foundation
import TestRig
import Testing

@Suite(.ownThread) struct RealScannersTests {
    @Test(.enabled(if: Programs.canRunSpamd, "spamd is not installed"))
    func `the private spamd knows GTUBE and no network`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let spamd = try RealSpamd()
        defer { spamd.stop() }
        try Data(Letter.spam("gtube").bytes).write(to: URL(fileURLWithPath: folder.path("letter")))
        let (output, _) = try run(
            #"spamc -x -d 127.0.0.1 -p "$1" -y <"$2""#,
            "\(spamd.port)",
            folder.path("letter"),
            in: folder
        )
        #expect(output.split(separator: ",").contains("GTUBE"))
    }

    @Test(.enabled(if: Programs.canRunPyzord, "pyzord is not installed"))
    func `the private pyzord counts reports`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let pyzord = try RealPyzord()
        defer { pyzord.stop() }
        let letter = Letter.ham("known")
        try pyzord.report(letter, times: 2)
        try Data(letter.bytes).write(to: URL(fileURLWithPath: folder.path("letter")))
        let (output, _) = try run(#"pyzor --homedir "$1" check <"$2""#, pyzord.home, folder.path("letter"), in: folder)
        #expect(output == "\(pyzord.address)\t(200, 'OK')\t2\t0\n")
    }
}
