import Foundation

/// How well networks dub drawn people, or films with their own sound.
public struct DubbingEvaluationReport: Encodable, Sendable {
    /// A network, or the source as it is.
    public struct Model: Encodable, Sendable {
        public let name: String
        public internal(set) var speeches: [DubbingScores]

        /// The mean over the speeches that have a value.
        func mean(_ value: (DubbingScores) -> Double?) -> Double? {
            let known = speeches.compactMap(value)
            return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
        }

        fileprivate var line: String {
            func number(_ value: Double?, _ digits: Int) -> String { value.map { String(format: "%.\(digits)f", $0) } ?? "–" }
            let least = speeches.compactMap(\.correlation).min(), lags = speeches.compactMap(\.lag).map { String($0) }
            return "\(name): correlation \(number(mean(\.correlation), 3)) (least \(number(least, 3))), lag in frames "
                + "\(lags.isEmpty ? "–" : lags.joined(separator: " ")), PSNR \(number(mean(\.psnr), 2)) dB, SSIM \(number(mean(\.ssim), 3))"
                + (speeches.contains { $0.synchrony != nil }
                    ? ", SyncNet's distance \(number(mean { $0.synchrony?.distance }, 3)), confidence "
                        + number(mean { $0.synchrony?.confidence }, 3) : "")
        }
    }

    /// Side of the drawings, in pixels; nil of films.
    public let size: Int?
    public let models: [Model]
    /// The source, whose mouth says something else; nil of films, whose source is the truth.
    public let source: Model?

    /// The report in lines.
    public var text: String {
        let count = models[0].speeches.count
        let films = count == 1 ? "a film dubbed with its own sound" : "\(count) films dubbed with their own sound"
        let who = size.map { "\(count) drawn people of \($0) px who are dubbed" } ?? films
        return (["\(who); of the mouth's square:"] + (models + [source].compactMap { $0 }).map(\.line)).joined(separator: "\n")
    }
}
