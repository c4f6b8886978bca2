import Foundation
import Networks

/// How well a speech model reads mouths off sound that it has not learned from.
public struct MouthValidation: ValidationMeasures {
    /// Of some utterances.
    public struct Part: Encodable, Sendable {
        /// Of open, wide and pucker: 1 − Σ(found − true)²/Σ(true − mean)².
        public let determination: [Double]
        /// How far mouths are found open, on average, whose lips touch while somebody speaks.
        public let closed: Double
        public let moments: Int

        enum CodingKeys: String, CodingKey {
            case closed, moments
            case determination = "r2"
        }

        /// - Parameters:
        ///   - found, truth: open, wide and pucker of each moment.
        ///   - isSpeech: of each moment.
        init(found: [Float], truth: [Float], isSpeech: [Bool]) {
            let count = truth.count / 3
            determination = (0..<3).map { k in
                let values = (0..<count).map { Double(truth[3 * $0 + k]) }, mean = values.reduce(0, +) / Double(max(count, 1))
                var (errors, deviations) = (0.0, 0.0)
                for (index, value) in values.enumerated() {
                    let error = Double(found[3 * index + k]) - value
                    errors += error * error
                    deviations += (value - mean) * (value - mean)
                }
                return deviations > 0 ? 1 - errors / deviations : 0
            }
            let shut = (0..<count).filter { isSpeech[$0] && truth[3 * $0] < 0.01 }
            closed = shut.reduce(0) { $0 + Double(found[3 * $1]) } / Double(max(shut.count, 1))
            moments = count
        }

        fileprivate var text: String {
            let values = zip(MouthNetwork.outputs, determination).map { String(format: "%@ %.3f", $0, $1) }.joined(separator: ", ")
            return "R² \(values), shut lips \(String(format: "%.3f", closed)) open"
        }
    }

    /// Of new sentences in voices that were learned from, and of new voices; nil where the data have none.
    public let sentences, voices: Part?

    public var isFinite: Bool { [sentences, voices].allSatisfy { $0?.determination.allSatisfy(\.isFinite) ?? true } }

    public var summary: String {
        [sentences.map { "new sentences: \($0.text)" }, voices.map { "new voices: \($0.text)" }].compactMap { $0 }.joined(separator: "; ")
    }
}
