/// How much one explorer takes in and holds for its pages.
public struct ExplorerLimits: Sendable {
    /// The largest uploaded picture, in bytes.
    public var pictureBytes = 32 << 20
    /// The largest uploaded driving video or motion file, in bytes.
    public var motionBytes = 512 << 20
    /// The largest request that carries settings, in bytes.
    public var settingsBytes = 64 << 10
    /// The most driving frames held in memory: five minutes at 25 a second.
    public var motionFrames = 7500
    /// Pages that are served at the same time; beyond it, the one that was silent longest gives way.
    public var sessions = 24
    /// Seconds after which a page that says nothing is taken to be gone.
    public var idleSeconds = 300.0
    /// Seconds that an upload may take.
    public var uploadSeconds = 50.0
    /// Requests of one page that may wait for the network.
    public var waitingRequests = 128

    /// The limits that the program serves with.
    public init() {}
}
