import Media

/// A clip of one identity in one motion. Any identity can be drawn in any motion, so that what a transfer of motion from
/// one to another should look like is known.
public struct PuppetClip: Equatable, Sendable {
    /// The seed of the `PuppetIdentity`.
    public var identity: UInt64
    /// The seed of the motion (`PuppetPose.motion`).
    public var motion: UInt64
    /// How lively the motion is, 1 as usual.
    public var energy: Float
    /// How many frames there are.
    public var frames: Int
    public var framesPerSecond: Int
    /// The side of every frame in pixels.
    public var size: Int

    public init(
        identity: UInt64, motion: UInt64, energy: Float = 1, frames: Int, framesPerSecond: Int = 25, size: Int
    ) {
        precondition(frames > 0 && framesPerSecond > 0, "a clip has frames, and time passes in it")
        (self.identity, self.motion, self.energy) = (identity, motion, energy)
        (self.frames, self.framesPerSecond, self.size) = (frames, framesPerSecond, size)
    }

    /// One of a data set's clips; the same three numbers always give the same clip.
    ///
    /// Its seeds have at most 48 bits, which every JSON reader keeps.
    ///
    /// - Parameters:
    ///   - set: the data set's seed.
    ///   - person: which identity of the set, from 0.
    ///   - clip: which of the identity's clips, from 0.
    public init(
        set: UInt64, person: Int, clip: Int, energy: Float = 1, frames: Int, framesPerSecond: Int = 25, size: Int
    ) {
        let identity = SeededNumbers.scrambled(SeededNumbers.scrambled(set) &+ UInt64(person)) >> 16
        let motion = SeededNumbers.scrambled(~identity &+ UInt64(clip)) >> 16
        self.init(
            identity: identity, motion: motion, energy: energy, frames: frames, framesPerSecond: framesPerSecond,
            size: size)
    }

    /// The pose in a frame, counted from 0, exactly as it is drawn.
    public func pose(_ frame: Int) -> PuppetPose {
        PuppetPose.motion(seed: motion, at: time(frame), energy: energy).drawable
    }

    /// When a frame, counted from 0, is shown, in seconds.
    public func time(_ frame: Int) -> Double { Double(frame) / Double(framesPerSecond) }

    /// Seeds, size, frames per second, and of every frame its time in seconds and its pose by the names of
    /// `PuppetPose.parts`; a frame a line. The same bytes for the same clip.
    public var json: String {
        let lines = (0..<frames).map { "    {\"time\":\(time($0)),\(pose($0).jsonMembers)}" }
        return """
            {
              "identity": \(identity),
              "motion": \(motion),
              "energy": \(energy),
              "size": \(size),
              "frames_per_second": \(framesPerSecond),
              "frames": [
            \(lines.joined(separator: ",\n"))
              ]
            }

            """
    }
}
