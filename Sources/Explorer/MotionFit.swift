import Animation
import Faces
import Networks
import Tensors

/// How well driving motion suits a portrait.
struct MotionFit: Encodable {
    /// Absolute transfer takes on poses that may belong to somebody else: where it moves a portrait more than so many times as far as the
    /// video itself moves, it is not offered first. The same person, in whatever pose, was moved 0.9 to 1.9 times as far (12 drawn pairs);
    /// others, 1.5 to 7.4 times (20 pairs of photos and clips).
    private static let mostReach: Float = 2

    /// Whether absolute transfer suits.
    let absolute: Bool
    /// How many times as far as the video moves absolute transfer takes the portrait from its own pose; nil where nothing moves.
    let reach: Float?
    /// The turn between the driving head's pose in the first frame and the portrait's, in degrees; nil where it is not far, or not known.
    let degrees: Int?
    /// A frame, counted from 0, whose pose is much nearer; nil where there is none, or the first one is near.
    let nearest: Int?

    init(_ motion: DrivingMotion, to portrait: Portrait, on network: any VideoDriven) {
        guard motion.speech == nil, let first = motion.frames.first?.magnitudes else {
            (absolute, reach, degrees, nearest) = (false, nil, nil, nil)
            return
        }
        let own = portrait.encoded.motion
        // Some frames tell as much as all.
        let step = max(1, motion.frames.count / 250)
        let frames = stride(from: 0, to: motion.frames.count, by: step).map { motion.frames[$0].magnitudes }
        let moved = frames.reduce(Float(0)) { $0 + network.distance($1, first) }
        let taken = frames.reduce(Float(0)) { $0 + network.distance($1, own) }
        reach = moved > 0 && taken.isFinite ? taken / moved : nil
        absolute = reach.map { $0 <= Self.mostReach } ?? true
        let start = FirstFrame(motion.poses.map { pose in portrait.crop.pose.flatMap { own in pose?.distance(to: own) } })
        let isFar = start.distance > FirstFrame.far
        degrees = isFar ? Int((start.distance * 180 / .pi).rounded()) : nil
        nearest = start.nearest
    }
}
