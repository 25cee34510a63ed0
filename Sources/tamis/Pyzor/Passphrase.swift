import Glibc

/// Asks for a secret.
enum Passphrase {
    /// Prompts on standard error and reads a line of standard input, on a terminal without echo; nil at its end.
    static func ask(_ prompt: String) -> String? {
        var before = termios()
        let isTerminal = tcgetattr(STDIN_FILENO, &before) == 0
        if isTerminal {
            var silent = before
            silent.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        }
        defer {
            if isTerminal {
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
                StandardStreams.complain("")
            }
        }
        StandardStreams.prompt(prompt)
        return readLine()
    }
}
