import Testing

@testable import Filter

struct MailDateTests {
    @Test(
        arguments: [
            (0, "Thu, 1 Jan 1970 00:00:00 +0000"), (1_148_389_595, "Tue, 23 May 2006 13:06:35 +0000"),
            (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 +0000"), (951_827_696, "Tue, 29 Feb 2000 12:34:56 +0000"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 +0000"), (4_107_542_400, "Mon, 1 Mar 2100 00:00:00 +0000"),
            (-1, "Wed, 31 Dec 1969 23:59:59 +0000"), (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 +0000"),
        ] as [(Int64, String)]
    )
    func `a time is printed as RFC 5322 writes it`(seconds: Int64, text: String) {
        #expect(MailDate(seconds: seconds).description == text)
    }
}
