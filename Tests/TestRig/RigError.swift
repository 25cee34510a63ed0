import Glibc

/// What went wrong in the rig itself: a program that did not start, a wait that was in vain.
///
/// It says what was waited for and carries the end of the log that tells why.
package struct RigError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    /// The error of a system call that has just failed.
    static func system(_ what: String, _ code: Int32 = errno) -> RigError {
        RigError("\(what): \(String(cString: strerror(code)))")
    }
}

/// Asks `condition` again and again until it holds.
///
/// - Parameters:
///   - what: completes the sentence "waited in vain until ...".
///   - limit: the last line of defence against a test that hangs; nothing is measured by it.
package func waitUntil(
    _ what: String,
    within limit: Duration = .seconds(60),
    _ condition: () throws -> Bool
) throws {
    let end = ContinuousClock.now + limit
    while try !condition() {
        guard ContinuousClock.now < end else {
            throw RigError("waited in vain (\(limit)) until \(what)")
        }
        usleep(5_000)
    }
}

/// As `waitUntil`, for a value that is there at last.
package func waitFor<Value>(
    _ what: String,
    within limit: Duration = .seconds(60),
    _ find: () throws -> Value?
) throws -> Value {
    var found: Value?
    try waitUntil("there was \(what)", within: limit) {
        found = try find()
        return found != nil
    }
    guard let found else { throw RigError("there was no \(what)") }
    return found
}
