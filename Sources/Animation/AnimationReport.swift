import Foundation
import Networks
import Operators

/// What an animation, an edit or an encoding took and gave, for people and, as JSON, for programs.
public struct AnimationReport: Codable, Sendable {
    /// Seconds spent in each stage. Reading and writing go on beside the networks, so that the stages may sum to more than the whole.
    public struct Seconds: Codable, Sendable {
        /// Reading pictures and video frames.
        public var decode = 0.0
        /// Finding faces, to lay the crops; the reading for it included.
        public var faces = 0.0
        /// The encoder network.
        public var encode = 0.0
        /// The generator network.
        public var generate = 0.0
        /// Resizing, compressing and writing.
        public var write = 0.0
        /// From the start of the process's animation to its end, all stages and what lies between.
        public var total = 0.0
    }

    public let output: String
    public let model: String
    /// How motion was transferred; nil where none was.
    public let mode: String?
    /// The driving frame that relative transfer starts from, counted from 1.
    public internal(set) var referenceFrame: Int?
    /// The source's frames that showed a dubbing network how the person looks, counted from 1; nil where none was asked.
    public internal(set) var references: [Int]?
    /// Frames written.
    public internal(set) var frames = 0
    /// Side of the result, or of what was encoded, in pixels; of a result that is no square its shorter side.
    public internal(set) var size: Int
    /// Of the result, in pixels; nil where there are no pictures.
    public internal(set) var width: Int?, height: Int?
    /// What was cut out of the source's pictures, and of the driving ones; nil where nothing was read.
    public internal(set) var source: CropReport?, driving: CropReport?
    /// How much the driving motion trembles, before and after smoothing, in the model's units; nil where nothing drives.
    public internal(set) var jitter: Jitter?
    /// What was decided, and what else is worth knowing.
    public internal(set) var notes: [String] = []
    public internal(set) var seconds = Seconds()
    /// The largest resident memory of the process so far, in bytes.
    public internal(set) var peakMemory = 0
    public internal(set) var warnings: [String] = []

    /// What convolutions were computed with: "float32" or "bfloat16".
    public let precision: String
    /// Where the networks' time went, the longest first, when that was noted.
    public var operators: [OperatorProfile.Entry]?

    private let started = DispatchTime.now().uptimeNanoseconds

    enum CodingKeys: String, CodingKey {
        case output, model, mode, references, frames, size, width, height, source, driving, jitter, notes, seconds, warnings, precision,
            operators
        case referenceFrame = "reference_frame"
        case peakMemory = "peak_memory_bytes"
    }

    init(output: String, model: String, mode: TransferMode? = nil, size: Int = 0) {
        (self.output, self.model, self.mode, self.size) = (output, model, mode?.rawValue, size)
        precision = Precision.current.rawValue
    }

    mutating func timing<Result>(_ stage: WritableKeyPath<Seconds, Double>, _ work: () throws -> Result) rethrows -> Result {
        let start = DispatchTime.now().uptimeNanoseconds
        defer { seconds[keyPath: stage] += Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9 }
        return try work()
    }

    mutating func close() {
        seconds.total = Double(DispatchTime.now().uptimeNanoseconds - started) * 1e-9
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        peakMemory = usage.ru_maxrss * 1024
    }
}
