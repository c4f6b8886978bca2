import Tensors

/// What every family of portrait animators can do, and all that animation asks of one: encode a source, encode the motion of
/// a driving frame, and generate a frame from a source and a motion.
public protocol PortraitNetwork: AnyObject {
    /// What is encoded once for a source picture.
    associatedtype Source

    /// The family's name in model.json: "lia".
    static var family: String { get }

    /// Side of the square pictures, in pixels.
    var size: Int { get }

    /// - Parameter picture: (1, 3, size, size), RGB in [−1, 1].
    func encode(source picture: Tensor) -> Source

    /// The source's own motion, (1, motion values).
    func motion(of source: Source) -> Tensor

    /// - Parameter picture: (N, 3, size, size), RGB in [−1, 1].
    /// - Returns: (N, motion values).
    func encode(driving picture: Tensor) -> Tensor

    /// The motion that the source takes on.
    ///
    /// - Parameters:
    ///   - driving: (1, motion values) of the driving frame.
    ///   - reference: those of the reference frame, for relative transfer.
    ///   - source: those of the source.
    ///   - strength: scales the motion added to the source's own; 1 leaves it as it is.
    func transfer(_ mode: TransferMode, driving: Tensor, reference: Tensor, source: Tensor, strength: Float) -> Tensor

    /// How far two motions are apart, in the family's own units: what `--reference best` makes smallest.
    func distance(_ a: Tensor, _ b: Tensor) -> Float

    /// - Returns: (N, 3, size, size), RGB, nominally in [−1, 1].
    func generate(_ source: Source, motion: Tensor) -> Tensor
}
