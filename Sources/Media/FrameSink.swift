/// What a `VideoWriter` writes to.
protocol FrameSink: AnyObject {
    /// `time` and `duration` are in ticks of the writer's time base; times increase.
    func write(_ picture: Picture, time: Int64, duration: Int64) throws
    /// Writes what is left. Nothing is written after it.
    func finish() throws
}
