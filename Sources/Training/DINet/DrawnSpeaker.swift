import Networks
import Puppets
import Tensors

/// A drawn person who speaks: pictures of moments, and what is said.
struct DrawnSpeaker: Sendable {
    private let puppet: UInt64, motion: UInt64
    private let speech: SpokenMouth
    private let energy, smile: Float

    /// - Parameters:
    ///   - puppet: who it is.
    ///   - motion: how the head moves, and what is said.
    package init(puppet: UInt64, motion: UInt64, energy: Float, smile: Float) {
        (self.puppet, self.motion, self.energy, self.smile) = (puppet, motion, energy, smile)
        speech = SpokenMouth(seed: motion)
    }

    init(using random: inout RandomSource) {
        self.init(
            puppet: random.next(), motion: random.next(), energy: 0.4 + 0.9 * random.uniform(), smile: random.uniform(in: -0.3...0.6))
    }

    /// The pose at a moment; the head is that of another moment where one is named.
    func pose(at seconds: Double, head: Double? = nil) -> PuppetPose {
        var pose = PuppetPose.motion(seed: motion, at: head ?? seconds, energy: energy)
        (pose.mouthOpen, pose.mouthWide, pose.pucker) = speech(at: seconds)
        pose.smile = smile - 0.3 * pose.pucker
        return pose
    }

    /// What is said around a moment, (3, count): open, wide, pucker, 25 a second.
    func around(_ seconds: Double, count: Int) -> [Float] {
        let rows = (0..<count).map { speech(at: seconds + Double($0 - count / 2) / SpokenRows.framesPerSecond) }
        return rows.map(\.open) + rows.map(\.wide) + rows.map(\.pucker)
    }

    /// A moment as it is drawn.
    func draw() -> Puppet { Puppet(seed: puppet) }
}
