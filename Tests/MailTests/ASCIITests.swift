import Mail
import Testing

@Suite struct ASCIITests {
    @Test(arguments: [
        (0 as Int64, "0"), (7, "7"), (10, "10"), (999, "999"), (1_000, "1000"), (-1, "-1"), (-120, "-120"),
        (.max, "9223372036854775807"), (.min, "-9223372036854775808"),
    ])
    func `a number is appended in decimal`(number: Int64, text: String) {
        var bytes = Bytes("n=".utf8)
        bytes.append(decimal: number)
        #expect(bytes == Bytes("n=\(text)".utf8))
    }

    @Test(arguments: [(0, "00"), (7, "07"), (59, "59"), (123, "123"), (-7, "-07")])
    func `a number with a width has zeros before it`(number: Int64, text: String) {
        var bytes = Bytes()
        bytes.append(decimal: number, width: 2)
        #expect(bytes == Bytes(text.utf8))
    }

    @Test(arguments: ["", "short", "fifteen bytes..", "a text that is longer than a short one", "Grüße, 世界 👋"])
    func `a text is appended as UTF-8`(text: String) {
        var bytes = Bytes("<".utf8)
        bytes.append(utf8: text)
        bytes.append(utf8: String(text.dropFirst()))
        #expect(bytes == Bytes("<".utf8) + Bytes(text.utf8) + Bytes(text.dropFirst().utf8))
    }

    @Test(arguments: [
        "192.0.2.1", "255.255.255.255", "0.0.0.0", "2001:db8::1", "::", "::1",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    ])
    func `an address is written as it is read`(text: String) throws {
        #expect(try #require(IPAddress(text)).description == text)
    }
}
