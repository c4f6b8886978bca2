import Media
import Networks
import Tensors

/// How well a mouth goes with what is said, as a SyncNet hears it: its distances at several lags, as Chung and Zisserman (2016, "Out of time:
/// automated lip sync in the wild") read theirs.
public struct Synchrony: Encodable, Equatable, Sendable {
    /// The least mean (score − 1)² over the lags; 0 is what the network is trained towards for what belongs together.
    public let distance: Double
    /// By how much the median over the lags is above it; 0 where nothing tells one lag from another.
    public let confidence: Double
    /// Of the least distance: by how many frames the mouth comes after what is said.
    public let lag: Int

    /// Frames that the network sees together, and rows that it hears around them.
    private static let frames = 5, rows = 9

    /// - Parameter distances: by lag; at least one.
    package init(distances: [Int: Double]) {
        let sorted = distances.values.sorted(), middle = sorted.count / 2
        let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        let least = distances.min { ($0.value, abs($0.key)) < ($1.value, abs($1.key)) }!
        (distance, confidence, lag) = (least.value, median - least.value, least.key)
    }

    /// - Parameters:
    ///   - mouths: the square of each frame, of one size.
    ///   - rows: (N, values): what is said, a row a frame.
    ///   - side: of the squares as the network sees them, in pixels.
    ///   - lags: how many frames earlier and later are tried.
    /// - Returns: nil where there are too few frames.
    /// - Precondition: the network hears rows of as many values.
    package init?(_ network: SyncNet, mouths: [Picture], rows: Tensor, side: Int, lags: Int) {
        precondition(network.soundValues == rows.shape[1], "\(rows.shape) for \(network.soundValues) values")
        let count = min(mouths.count, rows.shape[0]), values = rows.shape[1], said = rows.values
        let before = (Self.rows - Self.frames) / 2
        guard count >= Self.rows else { return nil }
        // RGB in [0, 1].
        let pictures = mouths.prefix(count).map { mouth in
            Tensor(mouth.resized(width: side, height: side)).values.map { ($0 + 1) / 2 }
        }
        var distances: [Int: Double] = [:]
        for lag in -lags...lags {
            var sum = 0.0, number = 0
            for first in 0...count - Self.frames {
                let heard = first - before - lag
                guard heard >= 0, heard + Self.rows <= count else { continue }
                let seen = Tensor(pictures[first..<first + Self.frames].flatMap { $0 }, [1, Self.frames * 3, side, side])
                let sound = (0..<values).flatMap { value in (0..<Self.rows).map { said[(heard + $0) * values + value] } }
                let scores = network(seen, sound: Tensor(sound, [1, values, Self.rows])).values
                sum += scores.reduce(0) { $0 + Double(($1 - 1) * ($1 - 1)) } / Double(scores.count)
                number += 1
            }
            if number > 0 { distances[lag] = sum / Double(number) }
        }
        guard !distances.isEmpty else { return nil }
        self.init(distances: distances)
    }
}
