import Testing

@testable import tamis

struct ProgressBarTests {
    @Test func `the bar grows to its end and then ends its line`() {
        var progress = ProgressBar(total: 2, isShown: true)
        #expect(progress.advance() == "[###############...............] 1/2")
        #expect(progress.advance() == "[##############################] 2/2\n")
    }

    @Test func `where none is shown nothing is written`() {
        var progress = ProgressBar(total: 2, isShown: false)
        #expect(progress.advance() + progress.clearing == "")
    }
}
