import Glibc

/// How far long work has come: a bar on standard error, if that is a terminal and there is more than one file.
struct ProgressBar {
    private let total: Int
    private let isShown: Bool
    private var done = 0

    init(total: Int) {
        self.init(total: total, isShown: total > 1 && isatty(STDERR_FILENO) == 1)
    }

    init(total: Int, isShown: Bool) {
        self.total = total
        self.isShown = isShown
    }

    /// What is to be written once one more is done: nothing, where no bar is shown.
    mutating func advance() -> String {
        done += 1
        guard isShown else { return "" }
        let filled = done * 30 / max(total, 1)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
        return "[\(bar)] \(done)/\(total)" + (done >= total ? "\n" : "")
    }

    /// What is to be written before a line, so that it does not stand behind the bar.
    var clearing: String { isShown ? "\r\u{1b}[K" : "" }
}
