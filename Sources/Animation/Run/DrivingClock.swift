import Media

/// The driving frames by their times, also over and over.
struct DrivingClock {
    /// A driving frame and its number in the range, counted from 0.
    struct Shown {
        let content: DrivingInput.Content
        let index: Int
        let time, duration: Int64
    }

    private let open: () throws -> DrivingFrames
    private var frames: DrivingFrames
    private let loops: Bool
    private var current: Shown?
    private var upcoming: Shown?
    /// Seconds of the rounds before this one.
    private var offset = 0.0
    private var isOver = false

    /// - Parameter loops: whether it begins again at its end, when frames are asked for by time.
    init(loops: Bool, open: @escaping () throws -> DrivingFrames) throws {
        (self.open, self.loops) = (open, loops)
        frames = try open()
    }

    var reader: DrivingInput { frames.reader }
    var total: Int? { frames.total }
    var seen: Int { frames.seen }
    var startSeconds: Double { frames.startSeconds }

    /// How many frames of another rate it lasts; nil where it does not end or nobody knows.
    func total(atRate rate: Double) -> Int? {
        guard !loops, !reader.isStill, let total else { return nil }
        return Int((Double(total) * rate / max(reader.frameRate.value, 0.01)).rounded(.up))
    }

    /// The next frame; nil at the end.
    mutating func next() throws -> Shown? {
        let index = frames.taken
        return try frames.next().map { Shown(content: $0.content, index: index, time: $0.time, duration: $0.duration) }
    }

    /// The frame that is shown at a time, in seconds, no earlier than any asked for before; nil after the end.
    mutating func shown(at time: Double) throws -> Shown? {
        // A tick's rounding does not choose the frame before.
        let time = time + 1e-4
        if current == nil {
            current = try next()
            upcoming = try next()
        }
        while !isOver, let now = current {
            if let following = upcoming {
                guard offset + seconds(following.time) <= time else { return now }
                current = following
                upcoming = try next()
            } else if reader.isStill || time < offset + seconds(now.time + now.duration) {
                return now
            } else if loops {
                offset += seconds(now.time + now.duration)
                frames = try open()
                current = try next()
                upcoming = try next()
            } else {
                isOver = true
            }
        }
        return nil
    }

    private func seconds(_ ticks: Int64) -> Double { Double(ticks) * reader.timeBase.value }
}
