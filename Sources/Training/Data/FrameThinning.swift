/// Chooses frames by the time at which they are shown, so that videos of any rate, also a varying one, give at most a
/// stated number of frames a second: the first frame in every interval of 1/rate seconds.
struct FrameThinning {
    /// Frames a second; nil for every frame.
    let rate: Double?
    private var lastInterval = -Double.infinity

    init(rate: Double?) { self.rate = rate }

    /// True where the frame shown at `seconds` since the first is used. Frames are offered in order.
    mutating func keeps(_ seconds: Double) -> Bool {
        guard let rate else { return true }
        // Times are fractions that a product can miss by a hair.
        let interval = (seconds * rate + 1e-6).rounded(.down)
        guard interval > lastInterval else { return false }
        lastInterval = interval
        return true
    }
}
