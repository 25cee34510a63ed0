import Glibc

/// Starts a program as the leader of a session and process group of its own.
///
/// It gets no file but the ones given here (ours are closed on exec), all signals unblocked and at their defaults (the threads of
/// Swift's pools block most of them, and a child would inherit that).
///
/// - Parameters:
///   - input: a file descriptor; /dev/null without one.
///   - output: a file that gets standard output and error, appended; /dev/null without one.
func spawn(
    _ program: String,
    _ arguments: [String],
    environment: [String],
    input: Int32? = nil,
    output: String? = nil
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
        posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, output ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // Foundation's Process learns of a child's end by a socket that is open on exec for a moment: whoever inherits it
    // keeps `waitUntilExit` waiting for as long as it runs itself.
    _ = closeFrom(&actions, 3)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID, a macro that Swift does not see
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | newSession)

    return try withStringArray([program] + arguments) { arguments in
        try withStringArray(environment) { environment in
            var pid: pid_t = 0
            let code = posix_spawn(&pid, program, &actions, &attributes, arguments, environment)
            guard code == 0 else { throw RigError.system("cannot start \(program)", code) }
            return pid
        }
    }
}

/// glibc shows this one only under _GNU_SOURCE, which Swift's importer does not set.
@_silgen_name("posix_spawn_file_actions_addclosefrom_np")
private func closeFrom(_ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ first: Int32) -> Int32

private func withStringArray<Value>(
    _ strings: [String],
    _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Value
) rethrows -> Value {
    let copies = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return try body(copies)
}
