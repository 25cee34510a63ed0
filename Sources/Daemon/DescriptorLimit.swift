import Glibc

/// How many files and sockets the system lets the process open (RLIMIT_NOFILE).
enum DescriptorLimit {
    /// Raises the limit to `needed` as far as the system allows; never lowers it.
    ///
    /// - Returns: the limit that holds now.
    static func raise(to needed: Int) -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 1_024 }
        let present = limit.rlim_cur
        guard present < needed else { return Int(clamping: present) }
        limit.rlim_cur = min(rlim_t(needed), limit.rlim_max)
        return Int(clamping: setrlimit(resource, &limit) == 0 ? limit.rlim_cur : present)
    }
}
