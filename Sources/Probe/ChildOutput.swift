import Glibc

/// What a program of this host prints. For `postconf` alone: no value of a mail, a server or the settings is ever an argument.
enum ChildOutput {
    /// The first program of this name in PATH; nil when there is none.
    static func find(_ name: String, path: String? = getenv("PATH").map { String(cString: $0) }) -> String? {
        let folders = (path ?? "").split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
        return folders.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Runs it, without input, and waits for its end.
    ///
    /// - Returns: its standard output, at most 1 MiB; nil when it cannot be started, ends with another status than 0 or takes longer
    ///   than `limit` seconds: then it is ended.
    static func run(_ program: String, _ arguments: [String], limit: Int = 10) -> String? {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let pid = start(program, arguments, output: ends[1])
        close(ends[1])
        guard let pid else { return nil }
        let output = read(ends[0], limit: limit)
        if output == nil { kill(pid, SIGKILL) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status == 0 ? output.map { String(decoding: $0, as: UTF8.self) } : nil
    }

    private static func start(_ program: String, _ arguments: [String], output: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let words = cStrings([program] + arguments)
        let variables = cStrings(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"])
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        return posix_spawn(&pid, program, &actions, nil, words, variables) == 0 ? pid : nil
    }

    /// Copies with a nil behind the last, as C wants them; to be freed.
    private static func cStrings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { text in strdup(text) } + [nil]
    }

    /// By the monotonic clock, for the time may be set meanwhile.
    private static func seconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec
    }

    /// Everything up to the end; nil when that does not come in time.
    private static func read(_ descriptor: Int32, limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let start = seconds()
        while bytes.count < 1 << 20 {
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = limit - (seconds() - start)
            guard left > 0 else { return nil }
            let ready = poll(&wait, 1, Int32(left) * 1000)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return nil }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        return bytes
    }
}
