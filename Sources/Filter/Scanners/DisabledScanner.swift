package import NIOCore
package import Policy

/// Stands in for a scanner that the settings switched off: it is shown as skipped.
package struct DisabledScanner<Answer: Sendable & Equatable>: Scanning {
    package init() {}

    package func scan(_ question: ScanQuestion, deadline: NIODeadline) async -> ScannerReport<Answer> {
        ScannerReport(.skipped(.disabled))
    }
}
