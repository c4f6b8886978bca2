import Files
import Networks
import Media
import Tensors

/// An animation whose frames are made as they are wanted.
public final class FramewiseAnimation {
    public let portrait: PlacedPortrait
    private var target: TargetMotion
    private var smoothing: MotionSmoothing
    /// The motion that relative transfer starts from: the first one.
    private var reference: Tensor?
    /// The last motion, for frames in which the face is not seen.
    private var held: Tensor?
    private var isFirst = true

    /// - Parameters:
    ///   - smoothing: of the driving motion, 0 (not at all) to 1.
    ///   - isDrivingStill: whether one frame alone drives.
    /// - Throws: `FileError` (input) for a model that video does not drive, or a transfer that its family does not offer.
    public init(_ portrait: PlacedPortrait, target: TargetMotion, smoothing: Float = 0, isDrivingStill: Bool = false) throws {
        (self.portrait, self.target) = (portrait, target)
        self.smoothing = MotionSmoothing(strength: smoothing)
        self.target.transfer.situation.isDrivingStill = isDrivingStill
        try portrait.model.check(target.transfer)
    }

    /// The frames of the next moments.
    ///
    /// - Throws: `FileError` (input) where driving motion or portrait lack something.
    public func pictures(_ moments: [DrivingMoment]) throws -> [Picture] {
        try portrait.pictures(try moments.map { try motion($0) })
    }

    /// (1, V): the motion that the portrait takes on at the next moment.
    private func motion(_ moment: DrivingMoment) throws -> Tensor {
        let network = try portrait.model.videoDriven
        held = smoothing.next([moment.motion], time: moment.time)[0] ?? held
        // Before a face is first seen nothing moves.
        guard let driving = held else { return target.still(portrait.encoded) }
        if let problem = network.problem(of: target.transfer, driving: driving) {
            throw FileError(.input, "the driving frames", "a frame \(problem)")
        }
        if isFirst, let problem = network.problem(of: target.transfer, portrait: portrait.encoded) {
            throw FileError(.input, "the source", problem)
        }
        isFirst = false
        reference = reference ?? driving
        return target.moved(portrait.encoded, driving: driving, reference: reference!, on: network)
    }
}
