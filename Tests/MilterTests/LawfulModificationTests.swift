import Mail
import Testing

@testable import Milter

struct LawfulModificationTests {
    private let all = Negotiation.Agreed(actions: .all, leadingSpace: true)
    private let stripped = Negotiation.Agreed(actions: .all, leadingSpace: false)

    @Test func `a value is written with its blank where the MTA writes none`() throws {
        let add = Modification.addHeader(name: "X-A", value: "b")
        #expect(try LawfulModification(add, agreed: all) == .addHeader(name: c("X-A"), value: c(" b")))
        #expect(try LawfulModification(add, agreed: stripped) == .addHeader(name: c("X-A"), value: c("b")))
    }

    @Test func `an empty value changes a header and does not delete it`() throws {
        let change = Modification.changeHeader(name: "X-A", index: 1, value: "")
        for agreed in [all, stripped] {
            #expect(
                try LawfulModification(change, agreed: agreed)
                    == .changeHeader(name: c("X-A"), index: 1, value: c(" "))
            )
        }
    }

    @Test(arguments: [
        Modification.insertHeader(index: -1, name: "X-A", value: "b"),
        .insertHeader(index: 1 << 40, name: "X-A", value: "b"),
        .insertHeader(index: 0, name: HeaderName(received: Bytes("X A".utf8)), value: "b"),
        .insertHeader(index: 0, name: HeaderName(received: []), value: "b"),
        .addHeader(name: HeaderName(received: Bytes("X:".utf8)), value: "b"),
        .addHeader(name: HeaderName(received: Bytes("X\r\nY".utf8)), value: "b"),
        .changeHeader(name: "X-A", index: 0, value: "b"),
        .deleteHeader(name: "X-A", index: 0),
        .deleteHeader(name: HeaderName(received: Bytes("X\nY".utf8)), index: 1),
        .changeSender(address: Bytes("<a@b>\r\nRCPT TO:<c@d>".utf8), parameters: []),
        .changeSender(address: [], parameters: []),
        .changeSender(address: Bytes("<a@b>".utf8), parameters: Bytes("A=1\n".utf8)),
        .addRecipient(address: Bytes("<a\0b>".utf8), parameters: []),
        .deleteRecipient(address: []),
        .quarantine(reason: ""),
    ])
    func `what could smuggle something in is refused`(modification: Modification) {
        #expect {
            try LawfulModification(modification, agreed: all)
        } throws: { error in
            if case .notLawful = error as? MilterError { true } else { false }
        }
    }

    @Test(arguments: [
        (Modification.insertHeader(index: 0, name: "X", value: "b"), Negotiation.Actions.addHeaders),
        (.addHeader(name: "X", value: "b"), .addHeaders),
        (.changeHeader(name: "X", index: 1, value: "b"), .changeHeaders),
        (.deleteHeader(name: "X", index: 1), .changeHeaders),
        (.changeSender(address: [0x61], parameters: []), .changeSender),
        (.addRecipient(address: [0x61], parameters: [0x62]), .addRecipientsWithParameters),
        (.deleteRecipient(address: [0x61]), .deleteRecipients),
        (.replaceBody([]), .changeBody),
        (.quarantine(reason: "x"), .quarantine),
    ])
    func `each needs its action`(modification: Modification, action: Negotiation.Actions) throws {
        let without = Negotiation.Agreed(actions: Negotiation.Actions.all.subtracting(action))
        #expect(throws: MilterError.notAgreed(modification: modification.summary)) {
            try LawfulModification(modification, agreed: without)
        }
        _ = try LawfulModification(modification, agreed: Negotiation.Agreed(actions: action))
    }

    @Test func `a recipient is added with the call that was agreed`() throws {
        let plain = Modification.addRecipient(address: Bytes("<a@b>".utf8), parameters: [])
        let parameters = Negotiation.Agreed(actions: .addRecipientsWithParameters)
        #expect(try LawfulModification(plain, agreed: all) == .addRecipient(address: c("<a@b>")))
        #expect(
            try LawfulModification(plain, agreed: parameters) == .addRecipientWith(address: c("<a@b>"), parameters: nil)
        )
    }

    @Test func `a header is deleted by the very name with which it came`() throws {
        let name = HeaderName(received: Bytes("x-SPAM flag\u{e9}".utf8))
        #expect(
            try LawfulModification(.deleteHeader(name: name, index: 3), agreed: all)
                == .deleteHeader(name: c("x-SPAM flag\u{e9}"), index: 3)
        )
    }

    @Test func `a reason of quarantine is cut where Postfix cuts it`() throws {
        let reason = HeaderValue(String(repeating: "r", count: 200))
        #expect(
            try LawfulModification(.quarantine(reason: reason), agreed: all)
                == .quarantine(reason: c(String(repeating: "r", count: 100)))
        )
    }

    private func c(_ text: String) -> [CChar] { text.utf8.map { CChar(bitPattern: $0) } + [0] }
}
