import Operators
import Tensors

/// D: M learned directions in the latent space, kept orthonormal (LIA, section 3.1, equation 3); or what an ablation has in its
/// place.
public struct MotionDictionary {
    /// What leads from magnitudes to a path in the latent space. Checkpoints tell by their tensors which it is.
    public enum Kind: String, CaseIterable, Sendable {
        /// The paper's: the orthonormal basis of the columns of `direction.weight`.
        case orthonormal
        /// The columns of `free_direction.weight` as they are, but for the gain 1/√code of an equalized learning rate: of any
        /// length and at any angle.
        case free
        /// None: the magnitudes are the path's own components, M as many as the code has.
        case absent = "none"
    }

    private enum Form {
        case orthonormal(Prepared<Result<Tensor, Error>>)
        case free(Parameter)
        case absent
    }

    private let form: Form
    private let code: Int

    init(_ scope: ParameterScope, _ configuration: LIAConfiguration) {
        code = configuration.code
        let shape = [configuration.code, configuration.directions]
        switch configuration.dictionary {
        case .orthonormal:
            form = .orthonormal(
                Prepared(scope.scope("direction").parameter("weight", shape)) { weight in
                    // The published code adds this before it orthonormalizes.
                    let shifted = Sum.forward(weight, Tensor(repeating: 1e-8, weight.shape))
                    return Result { try Orthogonalization.orthonormalize(shifted) }
                })
        case .free:
            // Orthonormal at the start, so that all that differs is what training does.
            form = .free(scope.scope("free_direction").parameter("weight", shape, initial: .orthogonal))
        case .absent:
            form = .absent
        }
    }

    private var gain: Float { 1 / Float(code).squareRoot() }

    /// - Throws: `Orthogonalization.DependentColumn` when there is no orthonormal basis where one is needed.
    func check() throws {
        if case .orthonormal(let basis) = form { _ = try basis.value.get() }
    }

    /// The first column that depends on those before it, so that there is no orthonormal basis; nil where none does.
    public var dependentColumn: Int? {
        do { try check() } catch { return (error as? Orthogonalization.DependentColumn)?.column }
        return nil
    }

    /// The directions d₁…d_M as columns, (code, M); without a dictionary the axes of the latent space.
    ///
    /// - Precondition: they are independent where they are kept orthonormal, which loading and training check.
    public var directions: Tensor {
        switch form {
        case .orthonormal(let basis):
            switch basis.value {
            case .success(let directions): return directions
            case .failure(let error): preconditionFailure("\(error)")
            }
        case .free(let weight):
            return Scaling.forward(weight.value, by: gain)
        case .absent:
            return Tensor((0..<code * code).map { $0 % (code + 1) == 0 ? 1 : 0 }, [code, code])
        }
    }

    /// The path D·a, (N, code), for magnitudes a, (N, M).
    public func callAsFunction(_ magnitudes: Tensor) -> Tensor {
        switch form {
        case .orthonormal: Linear.forward(magnitudes, weight: directions)
        case .free(let weight): Linear.forward(magnitudes, weight: weight.value, gain: gain)
        case .absent: magnitudes
        }
    }

    /// How long the paths of such magnitudes are, all N of them together.
    func length(_ magnitudes: Tensor) -> Float {
        // Orthonormal directions keep lengths.
        var path = magnitudes
        if case .free = form { path = self(magnitudes) }
        return path.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
}
