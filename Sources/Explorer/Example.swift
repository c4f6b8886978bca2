import Media
import Puppets
import Tensors

/// Drawn people and a drawn driving video, for a user without a picture at hand.
enum Example {
    /// The people of the gallery, as different as drawn ones are.
    static let identities: [UInt64] = [3, 11, 8, 14, 22, 5]
    /// Side of their pictures in the gallery, in pixels.
    static let thumbnailSide = 96
    static let motionName = "example.mp4"
    static let motionCommand = "lia puppets --identity 8 --motion 5 --energy 1.3 --frame-count 75 --size 128 --output example.mp4"

    /// What the picture of a person is called, and the command that draws it.
    static func portrait(_ index: Int) -> (name: String, command: String) {
        let name = index == 0 ? "example.png" : "example-\(index + 1).png"
        return (name, "lia puppets --identity \(identities[index]) --size 256 --output \(name)")
    }

    /// - Throws: `FileError` (output).
    static func writePortrait(_ index: Int, to path: String) throws {
        try Puppet(seed: identities[index]).draw(PuppetPose(), size: 256).write(to: path, overwrite: true)
    }

    /// The people, small.
    static func gallery() -> [Picture] { identities.map { Puppet(seed: $0).draw(PuppetPose(), size: thumbnailSide) } }

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
