import CMilter

/// How the process holds the memory of its messages.
package enum ProcessMemory {
    /// Has buffers of so many bytes and more mapped one by one from now on, so that a message's memory goes back to the system with
    /// the message.
    ///
    /// glibc begins so, at 128 KiB, but after the first large buffer that is freed it keeps such memory in its arenas, of which
    /// threads have many: 256 connections with messages of 2 MB then hold twice what `limits.max-buffered` allows, and some
    /// hundred MB after they have gone. The price is the system's work for fresh pages, some tenth of what a large message costs.
    package static func mapBuffers(from size: Int) {
        cmilter_map_buffers(Int32(clamping: size))
    }
}
