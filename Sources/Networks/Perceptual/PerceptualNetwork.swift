import Tensors

/// A fixed network whose features tell how alike two pictures look.
public protocol PerceptualNetwork {
    /// What it is, for the record.
    var name: String { get }

    /// - Parameter pictures: (N, 3, H, W), RGB in [−1, 1].
    /// - Returns: feature maps, from fine to coarse.
    func features(_ pictures: Tensor) -> [Tensor]
}
