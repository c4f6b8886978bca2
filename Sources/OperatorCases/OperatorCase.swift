import Operators
import Tensors

/// An operator on given shapes with given settings. `OperatorCase.all` drives the tests of values and gradients, and the benchmark
/// `operators`.
public struct OperatorCase: Sendable, CustomStringConvertible {
    /// The size of a case, which decides what can be checked and measured.
    public enum Size: Sendable {
        /// Values are compared with the plain definition, and every value's derivative with a finite difference.
        case small
        /// Values are compared with the plain definition, and the derivative along a random direction with a finite difference.
        case medium
        /// A shape of a real network: its time is measured, but the plain definition would take too long.
        case large
    }

    /// All cases, with at least one small case for every operator.
    public static let all: [OperatorCase] =
        convolutions + upsamplingConvolutions + resampling + sampling + motions + planes + pooling + graphs + volumes + matrices + losses
        + training

    public let `operator`: Operator
    /// The operator, the shapes of its inputs, and its settings.
    public let description: String
    public let size: Size
    public let inputs: [Input]
    /// The relative error up to which the fast result may differ from the plain one.
    public let tolerance: Float
    /// Runs the operator on inputs as `inputs` describes them.
    public let run: @Sendable ([Tensor]) -> [Tensor]

    /// - Parameter settings: what distinguishes the case, besides shapes.
    init(
        _ operator: Operator, _ inputs: [Input], settings: String = "", size: Size = .small, tolerance: Float = 1e-5,
        run: @escaping @Sendable ([Tensor]) -> [Tensor]
    ) {
        (self.operator, self.size, self.inputs, self.tolerance, self.run) = (`operator`, size, inputs, tolerance, run)
        let shapes = inputs.map { $0.shape.map(String.init).joined(separator: "×") }.joined(separator: ", ")
        description = "\(`operator`.rawValue)\(settings.isEmpty ? "" : " (\(settings))") \(shapes)"
    }

    /// An input of a case: its shape and how its values are made.
    public struct Input: Sendable {
        public let shape: [Int]
        /// The gradient of an input.
        public enum Gradient: Sendable {
            /// It is the derivative.
            case exact
            /// It takes something that depends on the input as constant.
            case approximate
            /// There is none: no tape may watch the input.
            case none
        }

        public let gradient: Gradient
        private let value: @Sendable (inout RandomSource, _ index: Int) -> Float

        /// Normally distributed values, times `scale`.
        static func normal(_ shape: [Int], scale: Float = 1, gradient: Gradient = .exact) -> Input {
            Input(shape: shape, gradient: gradient) { random, _ in random.normal() * scale }
        }

        /// Uniform values in a range.
        static func uniform(_ shape: [Int], _ range: ClosedRange<Float>, gradient: Gradient = .exact) -> Input {
            Input(shape: shape, gradient: gradient) { random, _ in
                range.lowerBound + (range.upperBound - range.lowerBound) * random.uniform()
            }
        }

        /// Sizes uniform in a range, with random signs: values, or biases that keep values, on both sides of the kink of an activation.
        static func signed(_ shape: [Int], _ sizes: ClosedRange<Float>, gradient: Gradient = .exact) -> Input {
            Input(shape: shape, gradient: gradient) { random, _ in
                let size = sizes.lowerBound + (sizes.upperBound - sizes.lowerBound) * random.uniform()
                return random.uniform() < 0.5 ? -size : size
            }
        }

        /// Matrices of two rows and columns, (…, 2, 2), whose determinants keep away from 0: the identity and uniform values up to 0.3.
        static func nearIdentity(_ shape: [Int]) -> Input {
            Input(shape: shape, gradient: .exact) { random, index in
                ([0, 3].contains(index % 4) ? 1 : 0) + 0.3 * (2 * random.uniform() - 1)
            }
        }

        private init(shape: [Int], gradient: Gradient, value: @escaping @Sendable (inout RandomSource, _ index: Int) -> Float) {
            (self.shape, self.gradient, self.value) = (shape, gradient, value)
        }

        func tensor(_ random: inout RandomSource) -> Tensor {
            let result = Tensor(uninitialized: shape)
            for index in 0..<result.count { result.mutablePointer[index] = value(&random, index) }
            return result
        }
    }

    /// Activations whose gradients differ.
    static let activations: [(name: String, activation: Activation)] = [
        ("identity", .identity), ("ReLU", .relu), ("leaky ReLU", .leakyReLU), ("scaled leaky ReLU", .scaledLeakyReLU),
    ]

    /// Random inputs, equal for equal seeds.
    public func tensors(seed: UInt64 = 1) -> [Tensor] {
        var random = RandomSource(seed: seed)
        return inputs.map { $0.tensor(&random) }
    }
}
