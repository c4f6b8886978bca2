import Media
import Networks
import Tensors

/// What can be said of a result without a truth: each frame encoded again, and compared with what was requested.
struct ResultMotion {
    private let source: MeasuredPicture
    private let sourceAppearance: [Float]?
    private var drift: Double?
    private var identityDistance = 0.0, hasIdentity = false
    private var gathering = FeatureGathering()
    private var expressions = ExpressionFollowing()
    private var requested: [[Double]] = [], found: [[Double]] = []
    private var previous: [Picture] = []
    private var pixelJitter = (sum: 0.0, count: 0)

    /// - Parameter sourceAppearance: (1, code) of the source; nil for a family that does not tell looks from motion.
    init(source: MeasuredPicture, sourceAppearance: Tensor?) {
        (self.source, self.sourceAppearance) = (source, sourceAppearance?.values)
    }

    /// Counts a frame.
    ///
    /// - Parameters:
    ///   - picture: of the result.
    ///   - reading: what the network reads in the picture.
    ///   - target: (1, V), the motion that it was made with.
    ///   - driving: the driving frame.
    mutating func add(_ picture: MeasuredPicture, _ reading: FrameReading, target: Tensor, driving: MeasuredPicture) {
        expressions.add(driving: driving.expression, result: picture.expression)
        if let distance = picture.identityDistance(to: source) {
            (identityDistance, hasIdentity) = (identityDistance + distance, true)
        }
        gathering.add(picture)
        if let appearance = reading.appearance, let sourceAppearance {
            drift =
                (drift ?? 0)
                + zip(appearance.values, sourceAppearance).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
        }
        requested.append(target.values.map(Double.init))
        found.append(reading.motion.values.map(Double.init))
        previous.append(picture.picture)
        guard previous.count == 3 else { return }
        let (a, b, c) = (previous[0].pixels, previous[1].pixels, previous[2].pixels)
        var sum = 0
        for index in a.indices { sum += abs(Int(a[index]) - 2 * Int(b[index]) + Int(c[index])) }
        pixelJitter.sum += Double(sum) / 255 / Double(a.count)
        pixelJitter.count += 1
        previous.removeFirst()
    }

    /// The measures of all frames; what is not defined, such as the correlation of a picture that does not move, is absent.
    private var scores: [Measure: Double] {
        guard !found.isEmpty else { return [:] }
        var scores: [Measure: Double] = [:]
        if let drift { scores[.identityDrift] = drift / Double(found.count) }
        if hasIdentity { scores[.sourceIdentityDistance] = identityDistance / Double(found.count) }
        let (a, f) = (Self.centered(requested), Self.centered(found))
        scores[.motionCorrelation] = Correlation.between(a.flatMap { $0 }, f.flatMap { $0 })
        let range = Self.squares(a)
        if range > 0 {
            let error = zip(requested, found).map { zip($0, $1).map { $0 - $1 } }
            scores[.motionError] = (Self.squares(error) / range).squareRoot()
        }
        if pixelJitter.count > 0 { scores[.jitter] = pixelJitter.sum / Double(pixelJitter.count) }
        let bends = Self.squares(Self.secondDifferences(requested))
        if bends > 0 { scores[.motionJitter] = (Self.squares(Self.secondDifferences(found)) / bends).squareRoot() }
        return scores.merging(expressions.scores) { $1 }
    }

    /// As a row of a clip's result.
    func row(mode: String, baseline: String? = nil) -> ClipResult.Row {
        .init(mode: mode, baseline: baseline, scores: scores, features: gathering.features)
    }

    /// Each direction's magnitudes without their mean over time.
    private static func centered(_ frames: [[Double]]) -> [[Double]] {
        let means = frames[0].indices.map { direction in frames.reduce(0) { $0 + $1[direction] } / Double(frames.count) }
        return frames.map { zip($0, means).map { $0 - $1 } }
    }

    private static func secondDifferences(_ frames: [[Double]]) -> [[Double]] {
        frames.indices.dropFirst().dropLast().map { t in
            frames[t].indices.map { frames[t - 1][$0] - 2 * frames[t][$0] + frames[t + 1][$0] }
        }
    }

    private static func squares(_ frames: [[Double]]) -> Double { frames.joined().reduce(0) { $0 + $1 * $1 } }
}
