import Tensors

/// A network whose portraits are driven by the frames of a video.
public protocol VideoDriven: PortraitNetwork {
    /// What a driving frame says of motion, and of looks where the family tells them apart.
    ///
    /// - Parameter frame: (N, 3, inputSize, inputSize), RGB in [−1, 1].
    func read(_ frame: Tensor) throws -> FrameReading

    /// The motion that a portrait takes on.
    ///
    /// - Parameters:
    ///   - driving: (1, V) of the driving frame.
    ///   - reference: (1, V) of the reference frame, where relative transfer starts.
    /// - Returns: (1, V).
    func transfer(_ transfer: Transfer, driving: Tensor, reference: Tensor, to portrait: any EncodedPortrait) -> Tensor

    /// How far two motions, (1, V) each, are apart, in the family's own units: what `--reference best` makes smallest.
    func distance(_ a: Tensor, _ b: Tensor) -> Float
}

extension VideoDriven {
    /// (N, V): the motion of driving frames, (N, 3, inputSize, inputSize).
    public func motion(of frame: Tensor) throws -> Tensor { try read(frame).motion }
}
