import Tensors

/// What a network shows of a view while it makes a picture.
public struct Observation {
    /// The view's name.
    public let view: String
    /// Which of the view's levels, from 0.
    public let level: Int
    /// As the view's kind says.
    public let values: Tensor
    /// What `values` are displayed relative to: the portrait's own features for warped ones; nil for other kinds.
    public let origin: Tensor?

    public init(view: String, level: Int, values: Tensor, origin: Tensor? = nil) {
        (self.view, self.level, self.values, self.origin) = (view, level, values, origin)
    }
}
