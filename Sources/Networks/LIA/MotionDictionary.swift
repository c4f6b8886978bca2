import Operators
import Tensors

/// D: M learned directions in the latent space, kept orthonormal (LIA, section 3.1, equation 3).
public struct MotionDictionary {
    /// (code, M), as stored: the directions are the orthonormal basis of its columns.
    public let weight: Parameter
    let basis: Prepared<Result<Tensor, Error>>

    init(_ scope: ParameterScope, _ configuration: LIAConfiguration) {
        weight = scope.parameter("weight", [configuration.code, configuration.directions])
        basis = Prepared(weight) { weight in
            // The published code adds this before it orthonormalizes.
            let shifted = Sum.forward(weight, Tensor(repeating: 1e-8, weight.shape))
            return Result { try Orthogonalization.orthonormalize(shifted) }
        }
    }

    /// The directions d₁…d_M as columns, (code, M).
    ///
    /// - Precondition: they are independent, which loading has checked.
    public var directions: Tensor {
        switch basis.value {
        case .success(let directions): return directions
        case .failure(let error): preconditionFailure("\(error)")
        }
    }

    /// The path D·a, (N, code), for magnitudes a, (N, M).
    public func callAsFunction(_ magnitudes: Tensor) -> Tensor { Linear.forward(magnitudes, weight: directions) }
}
