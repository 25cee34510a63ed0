import Glibc
import NIOCore
import Testing

@testable import Spamd

struct LocalFaultTests {
    @Test(arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL])
    func `want of our own is not the server's fault`(code: CInt) {
        let error = Exchange.connectError(IOError(errnoCode: code, reason: "connect"))
        #expect(error.reason == .outOfResources)
        #expect(!error.text.isEmpty)
        #expect(error.happenedBeforeRequest)
        #expect(ServerTable.Outcome(.failure(error)) == .unknown)
    }

    @Test(arguments: [ECONNREFUSED, ENOENT, EACCES, EHOSTUNREACH, ENETUNREACH, ECONNRESET, ETIMEDOUT])
    func `what the server or the way to it says is`(code: CInt) {
        let error = Exchange.connectError(IOError(errnoCode: code, reason: "connect"))
        #expect(error.reason == .connectFailed)
        #expect(ServerTable.Outcome(.failure(error)) == .unreachable)
    }

    @Test func `a server that we had no descriptor for is asked again at once`() {
        var table = ServerTable(probing: ProbeIntervals())
        let server = SpamdServer.standard
        _ = table.add(server, limit: 1)
        for _ in 0..<10 {
            let place = table.acquire([server])
            let effects = table.release(server, .init(.failure(SpamdError(.outOfResources))))
            #expect(place == .granted(server) && effects.wentDown == nil)
        }
        #expect(!table.isDown(server))
    }
}
