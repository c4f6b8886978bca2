import Tensors

/// A portrait that was encoded once and can be posed any number of times.
public protocol EncodedPortrait: Sendable {
    /// (1, V): the portrait's own motion.
    var motion: Tensor { get }

    /// (1, V): the motion of the canonical pose.
    var canonicalMotion: Tensor { get }

    /// The motion with amounts added along the network's controls.
    ///
    /// - Parameters:
    ///   - motion: (1, V).
    ///   - amounts: one for each control, number 1 first, in the control's units.
    /// - Returns: (1, V).
    func edited(_ motion: Tensor, by amounts: [Float]) -> Tensor

    /// The portrait in a pose.
    ///
    /// - Parameters:
    ///   - motion: (N, V).
    ///   - observe: is shown what the network's views offer, level by level, while the picture is made; nil to show nothing.
    /// - Returns: (N, 3, S, S), RGB, nominally in [−1, 1]; S is the network's output size, or the side of the portrait's detail.
    func picture(_ motion: Tensor, observe: ((Observation) -> Void)?) -> Tensor

    /// The portrait without what paints its mouth again, where something does (see `MouthRefiner`).
    var unrefined: any EncodedPortrait { get }
}

extension EncodedPortrait {
    public var unrefined: any EncodedPortrait { self }

    /// The portrait in a pose, (N, 3, S, S), for motions (N, V).
    public func picture(_ motion: Tensor) -> Tensor { picture(motion, observe: nil) }

    /// The pictures of motions, (N, 3, S, S), made one after another.
    ///
    /// - Parameters:
    ///   - motion: (N, V).
    ///   - make: the picture, (1, 3, S, S), of a motion's V values.
    func eachPicture(of motion: Tensor, _ make: ([Float]) -> Tensor) -> Tensor {
        let (count, values) = (motion.shape[0], motion.values), width = values.count / count
        let pictures = (0..<count).map { make(Array(values[$0 * width..<($0 + 1) * width])) }
        return count == 1 ? pictures[0] : Tensor(pictures.flatMap(\.values), [count] + pictures[0].shape.dropFirst())
    }
}
