import Testing

@testable import Daemon

struct AdmissionTests {
    private let limits = Admission.Limits(connections: 2, inFlight: 2, bufferedBytes: 1 << 20)

    @Test func `above the limit a connection is not admitted, and a released one makes room`() {
        let admission = Admission()
        #expect(admission.admitConnection(within: limits))
        #expect(admission.admitConnection(within: limits))
        #expect(!admission.admitConnection(within: limits))
        admission.releaseConnection()
        #expect(admission.admitConnection(within: limits))
        #expect(admission.connections == 2)
    }

    @Test func `above the limit of messages none is admitted until one has left`() throws {
        let admission = Admission()
        let first = try #require(admission.admitMessage(announcedSize: 0, within: limits))
        _ = try #require(admission.admitMessage(announcedSize: 0, within: limits))
        #expect(admission.admitMessage(announcedSize: 0, within: limits) == nil)
        admission.release(first)
        #expect(admission.inFlight == 1)
        #expect(admission.admitMessage(announcedSize: 0, within: limits) != nil)
    }

    @Test func `an announced size is reserved at once, message and copy`() throws {
        let admission = Admission()
        let ticket = try #require(admission.admitMessage(announcedSize: 400_000, within: limits))
        #expect((800_000..<800_000 + 65_536).contains(admission.bufferedBytes))
        #expect(admission.admitMessage(announcedSize: 400_000, within: limits) == nil)
        admission.release(ticket)
        #expect(admission.bufferedBytes == 0)
    }

    @Test func `memory is reserved in steps as bytes arrive, and refused at the limit`() throws {
        let admission = Admission()
        var other = try #require(admission.admitMessage(announcedSize: 0, within: limits))
        var ticket = try #require(admission.admitMessage(announcedSize: 0, within: limits))
        #expect(admission.bufferedBytes == 0)
        let isFirstStepFree = admission.extend(&ticket, to: 1, within: limits)
        #expect(isFirstStepFree && admission.bufferedBytes == 65_536)
        let isSameStepFree = admission.extend(&ticket, to: 32_768, within: limits)
        #expect(isSameStepFree && admission.bufferedBytes == 65_536)
        let isAnotherFree = admission.extend(&other, to: 1, within: limits)
        #expect(isAnotherFree && admission.bufferedBytes == 131_072)
        let isAllFree = admission.extend(&ticket, to: 491_520, within: limits)
        #expect(isAllFree && admission.bufferedBytes == 1 << 20)
        let isMoreFree = admission.extend(&ticket, to: 491_521, within: limits)
        #expect(!isMoreFree && admission.bufferedBytes == 1 << 20)
        admission.giveBackBytes(of: &ticket)
        #expect(admission.bufferedBytes == 65_536 && admission.inFlight == 2)
        admission.release(ticket)
        admission.release(other)
        #expect(admission.bufferedBytes == 0 && admission.inFlight == 0)
    }

    @Test func `a message that is alone is admitted whatever its size, since it would never find more room`() throws {
        let admission = Admission()
        var ticket = try #require(admission.admitMessage(announcedSize: 5 << 20, within: limits))
        let isGrowing = admission.extend(&ticket, to: 50 << 20, within: limits)
        #expect(isGrowing)
        #expect(admission.admitMessage(announcedSize: 1, within: limits) == nil)
    }

    @Test func `once closed no message is admitted, whatever room there is, and those in flight end`() throws {
        let admission = Admission()
        let ticket = try #require(admission.admitMessage(announcedSize: 0, within: limits))
        let isFirst = admission.close()
        #expect(isFirst && admission.isClosed)
        #expect(admission.admitMessage(announcedSize: 0, within: limits) == nil)
        #expect(admission.admitWithoutLimit() == nil)
        #expect(admission.inFlight == 1)
        admission.release(ticket)
        #expect(admission.inFlight == 0)
        let isAgain = admission.close()
        #expect(!isAgain)
    }

    @Test(arguments: [Int.max, Int.max / 2, 1 << 40])
    func `an absurd announced size beside another message is refused`(size: Int) throws {
        let admission = Admission()
        _ = try #require(admission.admitMessage(announcedSize: 1, within: limits))
        #expect(admission.admitMessage(announcedSize: size, within: limits) == nil)
    }
}
