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

    /// Whether sources are to be encoded with their detail.
    var usesDetail: Bool { get }

    /// - Parameters:
    ///   - picture: (1, 3, size, size), RGB in [−1, 1].
    ///   - detail: (1, 3, S, S), the same picture with S ≥ size, whose detail is to be in every generated frame, which is then S
    ///     pixels wide; nil for the network alone.
    func encode(source picture: Tensor, detail: Tensor?) -> Source

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

    /// - Returns: (N, 3, size, size), or of the side of the source's detail; RGB, nominally in [−1, 1].
    func generate(_ source: Source, motion: Tensor) -> Tensor
}

extension PortraitNetwork {
    /// A source for the network alone.
    public func encode(source picture: Tensor) -> Source { encode(source: picture, detail: nil) }
}
