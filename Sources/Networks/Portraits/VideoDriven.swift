import Tensors

/// A network whose portraits are driven by the frames of a video.
public protocol VideoDriven: PortraitNetwork {
    /// What a driving frame says of motion, and of looks where the family tells them apart.
    ///
    /// - Parameter frame: (N, 3, inputSize, inputSize), RGB in [−1, 1].
    func read(_ frame: Tensor) throws -> FrameReading

    /// - Parameters:
    ///   - frame: (1, 3, inputSize, inputSize), RGB in [−1, 1].
    ///   - opening: how far eyes and lips are open in it; nil where that is not known.
    func read(_ frame: Tensor, opening: FaceOpening?) throws -> FrameReading

    /// What a transfer may be asked for besides mode and strength.
    var choices: Set<TransferChoice> { get }

    /// Whether relative transfer moves a portrait also by a single picture.
    var isMovedByOnePicture: Bool { get }

    /// The motion in a file of the family's own, such as its authors' program writes; nil where the family has no such files.
    ///
    /// - Throws: `FileError` (input) when the file is damaged, or no such motion.
    func clip(at path: String) throws -> MotionClip?

    /// What driving motion lacks for a transfer, for a message that begins with its file's name; nil where all is there.
    ///
    /// - Parameter driving: (1, V).
    func problem(of transfer: Transfer, driving: Tensor) -> String?

    /// Whether the family smooths the motion of a moving source over the whole clip.
    func smoothsClips(_ transfer: Transfer, _ situation: Transfer.Situation) -> Bool

    /// The driving motions of a clip that make the motion of a moving source smooth.
    ///
    /// - Parameters:
    ///   - frames: of the clip, in order.
    ///   - reference: (1, V) of the reference frame.
    ///   - strength: 0 to 1.
    /// - Returns: (1, V) for each frame, to be transferred in the place of its own.
    func smoothed(_ frames: [DrivenFrame], reference: Tensor, _ transfer: Transfer, strength: Float) -> [Tensor]

    /// The motion that a portrait takes on.
    ///
    /// - Parameters:
    ///   - driving: (1, V) of the driving frame.
    ///   - reference: (1, V) of the reference frame, where relative transfer starts.
    /// - Returns: (1, V).
    func transfer(_ transfer: Transfer, driving: Tensor, reference: Tensor, to portrait: any EncodedPortrait) -> Tensor

    /// How far two motions, (1, V) each, are apart, in the family's own units: what `--reference best` makes smallest.
    func distance(_ a: Tensor, _ b: Tensor) -> Float

    /// Whether `--reference best` compares faces by their landmarks in place of motions, where faces are found on both sides.
    var comparesFaces: Bool { get }
}

extension VideoDriven {
    public func read(_ frame: Tensor, opening: FaceOpening?) throws -> FrameReading { try read(frame) }

    public var choices: Set<TransferChoice> { [.controls] }

    /// Whether driving motion lies along the network's controls: it can be transferred along some of them, and is a model's own; other motion
    /// goes with every model of the family.
    public var isDrivenAlongControls: Bool { choices.contains(.controls) }

    public var isMovedByOnePicture: Bool { false }

    public var comparesFaces: Bool { false }

    public func clip(at path: String) throws -> MotionClip? { nil }

    public func problem(of transfer: Transfer, driving: Tensor) -> String? { nil }

    public func smoothsClips(_ transfer: Transfer, _ situation: Transfer.Situation) -> Bool { false }

    public func smoothed(_ frames: [DrivenFrame], reference: Tensor, _ transfer: Transfer, strength: Float) -> [Tensor] {
        frames.map(\.driving)
    }

    /// (N, V): the motion of driving frames, (N, 3, inputSize, inputSize).
    public func motion(of frame: Tensor) throws -> Tensor { try read(frame).motion }
}
