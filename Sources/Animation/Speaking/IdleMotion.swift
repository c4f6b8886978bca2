import Foundation
import Tensors

/// The small motion of somebody who only listens: the head drifts, and the eyes blink. The same seed gives the same motion at any frame
/// rate.
///
/// Each angle and shift is a sum of slow sines with random phases, so that it neither jumps nor leaves its bounds; it grows from the portrait's
/// own pose within the first second. Blinks come every 2 to 6 seconds and take 150 to 250 ms.
public struct IdleMotion: Sendable {
    /// A moment of it.
    public struct Pose: Equatable, Sendable {
        /// Turning to the side, nodding and tilting, in degrees.
        public var yaw = 0.0, pitch = 0.0, roll = 0.0
        /// Shifts to the right and down, as fractions of the face.
        public var shiftX = 0.0, shiftY = 0.0
        /// How far the lids are closed, 0…1.
        public var blink = 0.0

        public init(
            yaw: Double = 0, pitch: Double = 0, roll: Double = 0, shiftX: Double = 0, shiftY: Double = 0, blink: Double = 0
        ) { (self.yaw, self.pitch, self.roll, self.shiftX, self.shiftY, self.blink) = (yaw, pitch, roll, shiftX, shiftY, blink) }
    }

    /// The bounds of the head's motion at strength 1.
    public static let bounds = Pose(yaw: 3, pitch: 2, roll: 1.5, shiftX: 0.012, shiftY: 0.008, blink: 1)

    /// A sum of sines whose amplitudes add up to 1.
    private struct Drift: Sendable {
        /// Amplitude, cycles a second, and phase in radians.
        private let waves: [(amplitude: Double, frequency: Double, phase: Double)]

        init(_ random: inout RandomSource) {
            // From a breath to some steps of a walk; the slower, the larger.
            let frequencies = [0.06, 0.11, 0.19, 0.33].map { $0 * (0.8 + 0.4 * Double(random.uniform())) }
            let weights = frequencies.map { pow($0, -0.7) }, total = weights.reduce(0, +)
            var found: [(Double, Double, Double)] = []
            for (frequency, weight) in zip(frequencies, weights) {
                found.append((weight / total, frequency, 2 * Double.pi * Double(random.uniform())))
            }
            waves = found
        }

        func callAsFunction(_ seconds: Double) -> Double {
            waves.reduce(0) { $0 + $1.amplitude * sin(2 * Double.pi * $1.frequency * seconds + $1.phase) }
        }
    }

    private let strength: Double
    private let seed: UInt64
    private let drifts: [Drift]

    /// - Parameter strength: scales the head's motion, 0 or more; at 0 nothing moves and nobody blinks.
    public init(seed: UInt64, strength: Double = 1) {
        precondition(strength >= 0, "strength \(strength)")
        (self.seed, self.strength) = (seed, strength)
        var random = RandomSource(seed: seed)
        drifts = (0..<5).map { _ in Drift(&random) }
    }

    /// The pose at a time, in seconds since the first frame.
    public func callAsFunction(at seconds: Double) -> Pose {
        guard strength > 0 else { return Pose() }
        let begun = (1 - cos(Double.pi * min(max(seconds, 0), 1))) / 2, scale = strength * begun, most = Self.bounds
        return Pose(
            yaw: scale * most.yaw * drifts[0](seconds), pitch: scale * most.pitch * drifts[1](seconds),
            roll: scale * most.roll * drifts[2](seconds), shiftX: scale * most.shiftX * drifts[3](seconds),
            shiftY: scale * most.shiftY * drifts[4](seconds), blink: blink(at: seconds))
    }

    /// Each slot of 4 s has a blink in its first 2: from one to the next it is 2 to 6 s.
    private static let slot = 4.0, spread = 2.0, firstSlot = 1.0

    /// Lids close along one raised cosine, and open along another that takes longer.
    private func blink(at seconds: Double) -> Double {
        let number = ((seconds - Self.firstSlot) / Self.slot).rounded(.down)
        guard number >= 0 else { return 0 }
        var random = RandomSource(seed: seed ^ (UInt64(number) &+ 1) &* 0x9E37_79B9_7F4A_7C15)
        let start = Self.firstSlot + number * Self.slot + Self.spread * Double(random.uniform())
        let part = (seconds - start) / (0.15 + 0.1 * Double(random.uniform())), closed = 0.4
        guard part > 0, part < 1 else { return 0 }
        let way = part < closed ? part / closed : (1 - part) / (1 - closed)
        return (1 - cos(Double.pi * way)) / 2
    }
}
