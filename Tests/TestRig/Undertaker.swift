import Glibc
import Synchronization

/// Ends what this test run has started and removes its folders, even when the run is killed.
///
/// It is a shell that reads from a pipe whose other end only this process holds. The pipe closes when this process
/// is gone, in whatever way; then the shell ends the process groups it was told of, and removes the folders.
package struct Undertaker: Sendable {
    enum Remains: Sendable {
        case group(pid_t)
        case folder(String)
        /// The group has ended: its number may belong to somebody else from now on.
        case ended(pid_t)
    }

    static let shared = Undertaker()

    private let pipe: Int32

    func remember(_ remains: Remains) {
        let line =
            switch remains {
            case .group(let pid): "group \(pid)\n"
            case .folder(let path): "folder \(path)\n"
            case .ended(let pid): "ended \(pid)\n"
            }
        _ = line.withCString { Glibc.write(pipe, $0, strlen($0)) }
    }

    private init() {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { preconditionFailure("pipe: \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        pipe = ends[1]
        do {
            _ = try spawn("/bin/sh", ["-c", Undertaker.script], environment: ["PATH=/usr/bin:/bin"], input: ends[0])
        } catch {
            preconditionFailure("\(error)")
        }
        close(ends[0])
    }

    /// What the shell does with the lines `group N`, `ended N` and `folder PATH`. (Debian's sh takes a group's number
    /// only behind `-s`.)
    package static let script = """
        trap '' HUP INT TERM PIPE
        groups= folders=
        while read -r what name; do
            case $what in
                group) groups="$groups $name" ;;
                folder) folders="$folders $name" ;;
                ended)
                    rest=
                    for group in $groups; do [ "$group" = "$name" ] || rest="$rest $group"; done
                    groups=$rest ;;
            esac
        done
        for group in $groups; do kill -s TERM -- "-$group"; done
        for turn in 1 2 3 4 5 6 7 8 9 10; do
            alive=
            for group in $groups; do kill -s 0 -- "-$group" && alive=yes; done
            [ "$alive" ] || break
            sleep 0.2
        done
        for group in $groups; do kill -s KILL -- "-$group"; done
        for folder in $folders; do
            case $folder in */tamis-test.??????) rm -rf "$folder" ;; esac
        done
        """
}
