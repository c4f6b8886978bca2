import Operators
import Tensors

/// A convolution with a bias in one to three dimensions, and where there is one, the batch normalization after it; an activation may follow.
///
/// The normalization is computed with the convolution where it is constant. Under a tape that watches their parameters, sequences and planes
/// are convolved and normalized one after the other, and gradients flow to all of them; volumes have no gradients. A sequence is computed as
/// a plane of one row.
package struct BiasedConvolution {
    private enum Kernel {
        case sequence(ConvolutionWeights)
        case plane(ConvolutionWeights)
        case volume(VolumeWeights)
    }

    let weight: Parameter
    private let bias: Parameter
    private let normalization: BatchNormalization?
    private let kernel: Prepared<Kernel>
    /// The same weights for planes that are enlarged first.
    private let enlarged: Prepared<EnlargedWeights>
    /// What the results of each output are multiplied by, and what is added to them.
    let factors: Prepared<(scale: [Float]?, bias: Tensor)>
    private let stride, padding: Int
    private let activation: Activation

    /// - Parameters:
    ///   - name: of the convolution in `scope`.
    ///   - normalization: of the batch normalization in `scope`; nil for none.
    ///   - axes: 1, 2 or 3.
    ///   - kernel: the side of the kernel.
    ///   - padding: of sequences and planes; volumes always keep their size. nil for as much as keeps the size.
    ///   - initial: of a new network's kernel.
    package init(
        _ scope: ParameterScope, _ name: String = "conv", normalization: String? = nil, from inputs: Int, to outputs: Int, axes: Int = 2,
        kernel: Int = 3, stride: Int = 1, padding: Int? = nil, activation: Activation = .identity, initial: ParameterScope.Initial = .fanIn
    ) {
        let own = scope.scope(name), shape = [outputs, inputs] + [Int](repeating: kernel, count: axes)
        let weight = own.parameter("weight", shape, initial: initial), bias = own.parameter("bias", [outputs], initial: .zeros)
        let normalization = normalization.map { BatchNormalization(scope.scope($0), outputs) }
        self.kernel = Prepared(weight, isDifferentiated: false) {
            switch axes {
            case 1: .sequence(ConvolutionWeights(rectangular: $0.reshaped([outputs, inputs, 1, kernel])))
            case 2: .plane(ConvolutionWeights($0))
            default: .volume(VolumeWeights($0))
            }
        }
        enlarged = Prepared(weight, isDifferentiated: false) { EnlargedWeights($0) }
        factors = Prepared(bias, with: normalization?.parameters ?? [], isDifferentiated: false) { bias in
            guard let (scale, shift) = normalization?.factors else { return (nil, bias) }
            return (scale, Tensor(zip(bias.values, zip(scale, shift)).map { $0 * $1.0 + $1.1 }, [outputs]))
        }
        (self.weight, self.bias, self.normalization) = (weight, bias, normalization)
        (self.stride, self.padding, self.activation) = (stride, padding ?? kernel / 2, activation)
    }

    /// Whether what follows the convolution can be computed with it.
    var isFolded: Bool { !Tape.tracks(bias.value) && (normalization?.isConstant ?? true) }

    /// (N, inputs, L) → (N, outputs, …), (N, inputs, H, W) → (N, outputs, …), or (N, inputs, D, H, W) → (N, outputs, D, H, W).
    package func callAsFunction(_ x: Tensor) -> Tensor {
        switch kernel.value {
        case .sequence(let weights):
            let y = convolved(x.reshaped([x.shape[0], x.shape[1], 1, x.shape[2]]), Tape.tracks(weight.value) ? watchedRow : weights)
            return y.reshaped([y.shape[0], y.shape[1], y.shape[3]])
        case .plane(let weights): return convolved(x, weights)
        case .volume(let weights):
            for parameter in [weight, bias] + (normalization?.parameters ?? []) { parameter.refuseTape() }
            return VolumeConvolution.forward(x, weight: weights, epilogue: epilogue(samples: x.shape[0]))
        }
    }

    private func convolved(_ x: Tensor, _ weights: ConvolutionWeights) -> Tensor {
        if isFolded {
            return Convolution.forward(x, weight: weights, stride: stride, padding: padding, epilogue: epilogue(samples: x.shape[0]))
        }
        let activated = normalization == nil ? activation : .identity
        let y = Convolution.forward(
            x, weight: weights, stride: stride, padding: padding, epilogue: Epilogue(bias: bias.value, activation: activated))
        return normalization?(y, activation: activation) ?? y
    }

    /// The weights of sequences as the middle row of a square kernel, whose gradient finds its way back.
    private var watchedRow: ConvolutionWeights {
        let shape = weight.shape, half = shape[2] / 2
        return ConvolutionWeights(Padding.forward(weight.value.reshaped([shape[0], shape[1], 1, shape[2]]), rows: (half, half)))
    }

    /// (N, inputs, H, W) → (N, outputs, factor·H, factor·W): the 3×3 convolution of x with its rows and columns repeated.
    package func callAsFunction(enlarging x: Tensor, by factor: Int) -> Tensor {
        if factor == 1 { return self(x) }
        guard isFolded, !Tape.tracks(x), !Tape.tracks(weight.value) else {
            return self(NearestEnlargement.forward(x, rows: factor, columns: factor))
        }
        return EnlargedConvolution.forward(x, weight: enlarged.value, factor: factor, epilogue: epilogue(samples: x.shape[0]))
    }

    private func epilogue(samples: Int) -> Epilogue {
        let (scale, bias) = factors.value
        let scales = scale.map { scale in Tensor((0..<samples).flatMap { _ in scale }, [samples, scale.count]) }
        return Epilogue(scale: scales, bias: bias, activation: activation)
    }
}
