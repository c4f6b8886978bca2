import Checkpoints
import Files
import Foundation
import Media
import Networks
import Tensors

/// A mouth that says what a sound says: how far it is open, wide and pucker at every moment.
///
/// The numbers are computed every 10 ms, made smooth, and read between at whatever frame rate. In silence the mouth is shut and still.
public struct SpeechMouth: Sendable {
    /// Where the first moment stands on the file's own clock, in seconds (see `SoundReader.origin`).
    public let origin: Double
    /// open, wide and pucker of each step of 10 ms.
    private let curves: [[Float]]

    /// How long the sound is, in seconds.
    public var duration: Double { Double(curves[0].count - 1) / Double(LogMel.stepsPerSecond) }

    /// Steps that are computed together.
    private static let together = 512
    /// Levels of a step in natural logarithms of power below the mean of speech: from the second on the mouth follows, below the first it is
    /// shut.
    private static let silence: (below: Float, above: Float) = (-6.5, -4.5)

    /// - Throws: `FileError` (input) for a file without sound that can be decoded.
    public init(ofSound path: String, by network: MouthNetwork) throws {
        let reader = try SoundReader(path, rate: LogMel.rate)
        var spectra = LogMel()
        while let piece = try reader.piece() { spectra.take(piece) }
        self.init(spectra: spectra.finish(), by: network, origin: reader.origin ?? 0)
    }

    /// - Parameter spectra: as `LogMel.finish` gives them.
    package init(spectra: [Float], by network: MouthNetwork, origin: Double = 0) {
        self.origin = origin
        let steps = spectra.count / LogMel.bands
        var raw = [[Float]](repeating: [Float](repeating: 0, count: steps), count: MouthNetwork.outputs.count)
        for start in stride(from: 0, to: steps, by: Self.together) {
            let range = start..<min(steps, start + Self.together)
            let found = network(Self.windows(spectra, at: Array(range))).values
            for (index, step) in range.enumerated() {
                for k in raw.indices { raw[k][step] = found[index * raw.count + k] }
            }
        }
        let voice = Self.voice(spectra)
        for step in 0..<steps {
            raw[0][step] = max(0, raw[0][step]) * voice[step]
            raw[1][step] = min(max(raw[1][step], -1), 1) * voice[step]
            raw[2][step] = max(0, raw[2][step]) * voice[step]
        }
        curves = raw.map { Self.smooth($0) }
    }

    /// The steps around each of some steps, (count, 20, 32); outside of the sound there is silence.
    package static func windows(_ spectra: [Float], at steps: [Int]) -> Tensor {
        let bands = LogMel.bands, count = spectra.count / bands
        let result = Tensor(uninitialized: [steps.count, MouthNetwork.steps, bands]), to = result.mutablePointer
        for (row, step) in steps.enumerated() {
            for offset in 0..<MouthNetwork.steps {
                let source = step - MouthNetwork.stepsBefore + offset, target = to + (row * MouthNetwork.steps + offset) * bands
                for band in 0..<bands { target[band] = (0..<count).contains(source) ? spectra[source * bands + band] : outside }
            }
        }
        return result
    }

    /// The features of silence.
    private static let outside: Float = -8

    /// 0 in silence, 1 where somebody may be speaking, between in about a tenth of a second around.
    private static func voice(_ spectra: [Float]) -> [Float] {
        let bands = LogMel.bands, steps = spectra.count / bands
        let loud = (0..<steps).map { step -> Float in
            let level = spectra[step * bands..<(step + 1) * bands].max() ?? 0
            return min(max((level - silence.below) / (silence.above - silence.below), 0), 1)
        }
        // Lips move before the sound, and closures within words are silent, too: what counts is the loudest step near.
        let reach = 12
        return (0..<steps).map { step in loud[max(0, step - reach)..<min(steps, step + reach + 1)].max() ?? 0 }
    }

    /// The mean of a raised cosine of 50 ms around each step.
    private static func smooth(_ values: [Float]) -> [Float] {
        let half = 2, weights = (-half...half).map { 1 + cos(Float.pi * Float($0) / Float(half + 1)) }
        let last = values.count - 1
        return values.indices.map { step in
            var sum: Float = 0, total: Float = 0
            for (index, weight) in weights.enumerated() {
                let place = step + index - half
                guard (0...last).contains(place) else { continue }
                sum += weight * values[place]
                total += weight
            }
            return sum / total
        }
    }

    /// The mouth at a moment.
    ///
    /// - Parameter seconds: since the sound's beginning; before and after the sound the mouth is shut.
    /// - Returns: open 0…1, wide −1…1, pucker 0…1.
    public func callAsFunction(at seconds: Double) -> (open: Float, wide: Float, pucker: Float) {
        let place = seconds * Double(LogMel.stepsPerSecond), last = curves[0].count - 1
        guard place >= 0, place <= Double(last) else { return (0, 0, 0) }
        let first = min(Int(place), max(0, last - 1)), second = min(first + 1, last), part = Float(place - Double(first))
        func value(_ curve: [Float]) -> Float { curve[first] + (curve[second] - curve[first]) * part }
        return (value(curves[0]), value(curves[1]), value(curves[2]))
    }

    /// The mouth of every frame of a video that is as long as the sound, (N, 3): open, wide, pucker; the first frame at 0.
    ///
    /// - Parameter rate: frames a second, above 0.
    public func frames(rate: Double) -> Tensor {
        precondition(rate > 0, "\(rate) frames a second")
        let count = max(1, Int((duration * rate).rounded(.up)))
        return Tensor(
            (0..<count).flatMap { frame -> [Float] in
                let mouth = self(at: Double(frame) / rate)
                return [mouth.open, mouth.wide, mouth.pucker]
            }, [count, 3])
    }

    /// A table of `frames` for files.
    public func table(rate: Double) -> FeatureTable {
        FeatureTable(values: frames(rate: rate), columns: MouthNetwork.outputs, rowsPerSecond: rate)
    }
}
