import Dispatch

/// What is done again and again as long as the process lives.
enum RepeatingTimer {
    /// Does it on `queue`, now and then every so many microseconds.
    static func start(every microseconds: Int64, on queue: DispatchQueue, _ work: @escaping @Sendable () -> Void) {
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now(), repeating: .microseconds(Int(microseconds)))
        timer.setEventHandler(handler: DispatchWorkItem(block: work))
        timer.resume()
        // Nobody gives it back.
        _ = Unmanaged.passRetained(timer as AnyObject)
    }
}
