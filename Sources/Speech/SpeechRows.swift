import Networks
import Tensors

/// The rows that DeepSpeech reads: of each frame, the coefficients of those around it, as the whole sound's mean and deviation make them.
///
/// The mean and the deviation are those of all rows together, with the zeros before the first and after the last frame; so the whole sound is
/// needed before the first row, but only one copy of each frame.
package struct SpeechRows {
    private let coefficients: [Double]
    /// Frames before and after that of a row.
    private let context: Int
    package let count: Int
    private let mean, deviation: Double

    /// - Parameter coefficients: 26 of each frame, one frame after another; at least one frame.
    package init(_ coefficients: [Double], context: Int) {
        let width = DeepSpeech.coefficients, count = coefficients.count / width
        (self.coefficients, self.context, self.count) = (coefficients, context, count)
        let total = Double(count * (2 * context + 1) * width)
        /// How many rows have a frame.
        func uses(_ frame: Int) -> Int { min(count - 1, frame + context) - max(0, frame - context) + 1 }
        var sum = 0.0, used = 0
        for frame in 0..<count {
            sum += Double(uses(frame)) * coefficients[frame * width..<(frame + 1) * width].reduce(0, +)
            used += uses(frame) * width
        }
        let mean = sum / total
        var squares = (total - Double(used)) * mean * mean
        for frame in 0..<count {
            squares += Double(uses(frame)) * coefficients[frame * width..<(frame + 1) * width].reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        (self.mean, deviation) = (mean, (squares / total).squareRoot())
    }

    /// Some rows, (count, 26·(2·context + 1)), the earliest frame first.
    package func callAsFunction(_ range: Range<Int>) -> Tensor {
        let width = DeepSpeech.coefficients, frames = 2 * context + 1
        let result = Tensor(uninitialized: [range.count, frames * width])
        // A sound whose values are all equal has no deviation.
        let scale = deviation > 0 ? 1 / deviation : 1
        for (row, middle) in range.enumerated() {
            for offset in 0..<frames {
                let frame = middle - context + offset, place = (row * frames + offset) * width
                for k in 0..<width {
                    let value = (0..<count).contains(frame) ? coefficients[frame * width + k] : 0
                    result.mutablePointer[place + k] = Float((value - mean) * scale)
                }
            }
        }
        return result
    }
}
