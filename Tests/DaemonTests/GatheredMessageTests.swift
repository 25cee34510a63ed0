import Mail
import Testing

@testable import Daemon

struct GatheredMessageTests {
    private func gathered(_ parameters: String..., kept: Int = 1_000) -> GatheredMessage {
        let sender = Envelope.Address(wireForm: Bytes("<a@b>".utf8), parameters: parameters.map { Bytes($0.utf8) })
        return GatheredMessage(sender: sender, authentication: nil, keptBodySize: kept)
    }

    @Test(arguments: [
        ("SIZE=1234", 1_234), ("size=7", 7), ("SIZE=", 0), ("SIZE=-5", 0), ("SIZE=12x", 0), ("BODY=8BITMIME", 0),
        ("SIZE=999999999999999999999", 0), ("SIZE=999999999999999", 999_999_999_999_999),
    ])
    func `the announced size is what SIZE says, and 0 for nonsense`(parameter: String, size: Int) {
        let sender = Envelope.Address(wireForm: [], parameters: [Bytes(parameter.utf8)])
        #expect(GatheredMessage.announcedSize(of: sender) == size)
    }

    @Test func `of a body only so much is kept as scanners may see, and all is counted`() {
        var message = gathered(kept: 10)
        for text in ["12345678", "90abc", "def"] {
            Bytes(text.utf8).withUnsafeBytes { message.append($0) }
        }
        #expect(message.body == Bytes("1234567890".utf8))
        #expect(message.bodySize == 16)
    }

    @Test func `a message without room keeps its header and no body`() {
        var message = gathered()
        Bytes("body".utf8).withUnsafeBytes { message.append($0) }
        message.becomeBusy(keepsHeader: true)
        message.append(HeaderField(name: "X-Spam-Flag", value: Bytes(" NO".utf8)))
        Bytes("more".utf8).withUnsafeBytes { message.append($0) }
        #expect(message.body.isEmpty && message.bodySize == 8 && message.headers.fields.count == 1)
    }

    @Test func `a message that was taken has the body, and what was gathered holds it no more`() {
        var gathered = gathered()
        Bytes("body".utf8).withUnsafeBytes { gathered.append($0) }
        let message = gathered.takeMessage(
            from: Client(),
            transportSecurity: nil,
            queueID: nil,
            receiver: nil,
            arrival: 0
        )
        #expect(message.body == Bytes("body".utf8) && message.bodySize == 4)
        #expect(gathered.body.isEmpty)
    }

    @Test func `a message that will be refused keeps nothing`() {
        var message = gathered()
        message.append(HeaderField(name: "A", value: Bytes(" b".utf8)))
        message.becomeBusy(keepsHeader: false)
        for _ in 0..<1_000 { message.append(HeaderField(name: "A", value: Bytes(" b".utf8))) }
        #expect(message.memorySize == 0)
    }

    @Test func `recipients count as memory`() {
        var message = gathered()
        for _ in 0..<1_000 { message.append(Envelope.Address(wireForm: Bytes("<a@b>".utf8))) }
        #expect(message.memorySize >= 1_000 * 128)
    }
}
