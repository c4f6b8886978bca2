import Animation
import Media
import Puppets
import Tensors

/// A drawn person of the evaluation, who says one thing in the source and is to say another.
struct DubbedPerson {
    private let puppet: Puppet
    private let seed: UInt64
    private let size: Int
    private let before: SpokenMouth

    init(_ index: Int, size: Int) {
        seed = EvaluationJob.firstSeed + UInt64(index)
        puppet = Puppet(seed: seed)
        // Somebody else's words.
        before = SpokenMouth(seed: seed &+ 500)
        self.size = size
    }

    private func seconds(_ frame: Int) -> Double { Double(frame) / Double(DubbingJob.framesPerSecond) }

    private func pose(_ frame: Int, _ mouth: SpokenMouth.Shape) -> PuppetPose {
        var pose = PuppetPose.motion(seed: seed, at: seconds(frame), energy: 0.6)
        (pose.mouthOpen, pose.mouthWide, pose.pucker) = mouth
        pose.smile = 0.1 - 0.3 * mouth.pucker
        return pose
    }

    /// A frame of the source.
    func before(_ frame: Int) -> Picture { puppet.draw(pose(frame, before(at: seconds(frame))), size: size) }

    /// The frame as it is to become.
    func saying(_ speech: Tensor, _ frame: Int) -> Picture {
        let values = speech.items(frame..<frame + 1).values
        return puppet.draw(pose(frame, (values[0], values[1], values[2])), size: size)
    }

    /// The square around the mouth of a frame that dubbing paints.
    func mouth(_ picture: Picture, _ frame: Int) -> Picture {
        let marks = puppet.mouthMarks(pose(frame, (0, 0, 0)))
        func pixel(_ value: Float) -> Int { Int((value + 1) / 2 * Float(size)) }
        let radius = max(16, pixel(marks.chin.y) - pixel(marks.bridge.y)) / 2
        let left = min(max(0, pixel(marks.noseBase.x) - radius), size - 2 * radius)
        let top = min(max(0, pixel(marks.bridge.y)), size - 2 * radius)
        return picture.part(left: left, top: top, width: 2 * radius, height: 2 * radius)
    }
}
