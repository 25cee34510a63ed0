/// The version of both executables, as `tamis version` and X-Spam-Checker-Version tell it.
package enum TamisVersion {
    package static let current = "0.1.0"
}
