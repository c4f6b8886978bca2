import Operators
import Tensors

/// One of the ways through a block of the Inception networks: a pooling or none, then convolutions, each with a normalization and
/// a rectifier.
struct InceptionBranch {
    /// A convolution by name; with a stride of 1 it keeps the picture's size.
    struct Unit {
        let name: String
        let outputs, rows, columns, stride: Int

        init(_ name: String, _ outputs: Int, _ rows: Int = 1, _ columns: Int = 1, stride: Int = 1) {
            (self.name, self.outputs, self.rows, self.columns, self.stride) = (name, outputs, rows, columns, stride)
        }
    }

    private let pooling: ((Tensor) -> Tensor)?
    private let convolutions: [NormalizedConvolution]
    private let fork: [NormalizedConvolution]

    /// - Parameters:
    ///   - inputs: channels.
    ///   - units: one after another.
    ///   - fork: what stands side by side on the last unit's result.
    init(
        _ scope: ParameterScope, from inputs: Int, _ units: [Unit], fork: [Unit] = [], pooling: ((Tensor) -> Tensor)? = nil
    ) {
        var channels = inputs
        func convolution(_ unit: Unit) -> NormalizedConvolution {
            NormalizedConvolution(
                scope.scope(unit.name), from: channels, to: unit.outputs, rows: unit.rows, columns: unit.columns,
                stride: unit.stride, padding: unit.stride == 1 ? max(unit.rows, unit.columns) / 2 : 0)
        }
        convolutions = units.map { unit in
            defer { channels = unit.outputs }
            return convolution(unit)
        }
        self.fork = fork.map(convolution)
        self.pooling = pooling
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        let y = convolutions.reduce(pooling?(x) ?? x) { $1($0) }
        return fork.isEmpty ? y : Concatenation.forward(fork.map { $0(y) })
    }
}

extension [InceptionBranch] {
    /// The branches' results side by side.
    func callAsFunction(_ x: Tensor) -> Tensor { Concatenation.forward(map { $0(x) }) }
}
