import Tensors

/// Key points of N pictures, and how their surroundings are stretched and turned.
public struct KeyPoints: Sendable {
    /// (N, K, 2): x before y, nominally in [−1, 1], where −1 and 1 are the middles of the outer pixels.
    public let value: Tensor
    /// (N, K, 2, 2): the Jacobian of the map from an abstract reference to the picture, at the key point; nil for a network without.
    public let jacobian: Tensor?

    public init(value: Tensor, jacobian: Tensor?) { (self.value, self.jacobian) = (value, jacobian) }
}
