import Media
import Tensors

/// The frames of a range of a driving video or motion, one after another.
struct DrivingFrames {
    /// A frame of the range, its time counted from the range's first, in ticks of the reader's time base.
    struct Frame {
        var content: DrivingInput.Content
        let time, duration: Int64
    }

    let reader: DrivingInput
    private let range: FrameRange
    private var start: Int64?
    /// Frames read so far, those before the range included.
    private(set) var seen = 0
    /// Frames of the range that were given so far.
    private(set) var taken = 0

    init(_ reader: DrivingInput, range: FrameRange) {
        self.reader = reader
        self.range = range
    }

    /// Frames in the range, as far as the container says.
    var total: Int? {
        guard let count = reader.frameCount else { return range.last.map { $0 - range.first + 1 } }
        return max(0, min(count, range.last ?? count) - range.first + 1)
    }

    /// What is wrong where the range held no frame.
    var emptiness: String { "has no frames \(range): it has \(seen) frames" }

    /// Where the range begins, in seconds since the video's first frame; known after the first `next()`.
    var startSeconds: Double { Double(start ?? 0) * reader.timeBase.value }

    /// The next frame of the range; nil at the end.
    mutating func next() throws -> Frame? {
        while range.last.map({ seen < $0 }) ?? true, let frame = try reader.next() {
            seen += 1
            guard seen >= range.first else { continue }
            let start = self.start ?? frame.time
            self.start = start
            taken += 1
            return Frame(content: frame.content, time: frame.time - start, duration: frame.duration)
        }
        return nil
    }
}
