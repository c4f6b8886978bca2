import Media
import Puppets
import Tensors

/// A drawn person and a drawn driving video, for a user without a picture at hand.
enum Example {
    static let portraitName = "example.png"
    static let portraitCommand = "lia puppets --identity 3 --size 256 --output example.png"
    static let motionName = "example.mp4"
    static let motionCommand = "lia puppets --identity 8 --motion 5 --energy 1.3 --frames 75 --size 128 --output example.mp4"

    /// - Throws: `FileError` (output).
    static func writePortrait(to path: String) throws {
        try Puppet(seed: 3).draw(PuppetPose(), size: 256).write(to: path, overwrite: true)
    }

    /// - Parameter progress: told how many frames are drawn, of how many.
    /// - Throws: `FileError` (output), and what `progress` throws.
    static func writeMotion(to path: String, progress: (Int, Int) throws -> Void) throws {
        let clip = PuppetClip(identity: 8, motion: 5, energy: 1.3, frames: 75, size: 128)
        let rate = clip.framesPerSecond
        let writer = try VideoWriter(
            path: path, width: clip.size, height: clip.size, frameRate: Rational(rate, 1), timeBase: Rational(1, rate), overwrite: true,
            threads: 1)
        let puppet = Puppet(seed: clip.identity)
        for frame in 0..<clip.frames {
            try writer.write(puppet.draw(clip.pose(frame), size: clip.size), time: Int64(frame), duration: 1)
            try progress(frame + 1, clip.frames)
        }
        try writer.finish()
    }
}
