import TestRig

/// Runs a shell command to its end; what it printed, and how it ended.
func run(_ command: String, _ arguments: String..., in folder: PrivateDirectory) throws -> (String, ChildProcess.Exit) {
    let process = try ChildProcess(
        "/bin/bash",
        ["-c", command, "sh"] + arguments,
        output: folder.path("output.\(UInt64.random(in: 0 ... .max))")
    )
    let exit = try process.wait()
    return (process.output, exit)
}
