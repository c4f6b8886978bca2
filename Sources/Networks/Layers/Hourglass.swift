import Operators
import Tensors

/// An hourglass (Newell, Yang and Deng 2016): down by halves of rows and columns, up again, and each time what came down at that size beside
/// what comes up. What goes in is beside what comes out last.
public struct Hourglass {
    /// Channels on the way down and up.
    public struct Widths: Equatable, Sendable {
        public var encoder, decoder: [Int]

        /// - Precondition: as many levels down as up, at least one.
        public init(encoder: [Int], decoder: [Int]) {
            precondition(encoder.count == decoder.count && !encoder.isEmpty, "\(encoder.count) levels down, \(decoder.count) up")
            (self.encoder, self.decoder) = (encoder, decoder)
        }

        /// Channels that double from level to level, base·2, base·4, …, and are at most `most`; as many on the way up, down to the base.
        public init(base: Int, most: Int, levels: Int) {
            self.init(
                encoder: (0..<levels).map { min(most, base << ($0 + 1)) }, decoder: (0..<levels).reversed().map { min(most, base << $0) })
        }

        /// How many channels come out for so many that go in.
        public func outputs(of inputs: Int) -> Int { decoder.last! + inputs }
    }

    private let down, up: [BiasedConvolution]
    private let last: BiasedConvolution?
    private let axes: Int

    /// - Parameters:
    ///   - axes: 2, or 3 for volumes, whose depth stays.
    ///   - endsInConvolution: whether one more convolution, with as many channels, follows what comes out.
    package init(_ scope: ParameterScope, from inputs: Int, _ widths: Widths, axes: Int = 2, endsInConvolution: Bool = false) {
        func layer(_ scope: ParameterScope, _ inputs: Int, _ outputs: Int) -> BiasedConvolution {
            BiasedConvolution(scope, normalization: "norm", from: inputs, to: outputs, axes: axes, activation: .relu)
        }
        let (encoder, decoder) = (widths.encoder, widths.decoder), levels = encoder.count
        let read = [inputs] + encoder
        down = (0..<levels).map { layer(scope.scope("encoder").scope("down_blocks").scope($0), read[$0], encoder[$0]) }
        let ascent = scope.scope("decoder")
        up = (0..<levels).map { level in
            // What comes up, and beside it what came down at that size.
            let inputs = level == 0 ? encoder[levels - 1] : decoder[level - 1] + encoder[levels - 1 - level]
            return layer(ascent.scope("up_blocks").scope(level), inputs, decoder[level])
        }
        let outputs = widths.outputs(of: inputs)
        last = endsInConvolution ? layer(ascent, outputs, outputs) : nil
        self.axes = axes
    }

    /// (N, inputs, H, W) → (N, outputs, H, W), or with a depth before H; H and W halve without a rest on every level.
    ///
    /// - Parameter observe: is shown encoder0, …, decoder0, …, prediction.
    package func callAsFunction(_ x: Tensor, observe: ((_ name: String, Tensor) -> Void)? = nil) -> Tensor {
        var passed = [x]
        for (index, convolution) in down.enumerated() {
            passed.append(Self.halved(convolution(passed[index])))
            observe?("encoder\(index)", passed[index + 1])
        }
        var y = passed.removeLast()
        for (index, convolution) in up.enumerated() {
            y = axes == 2 ? convolution(enlarging: y, by: 2) : convolution(NearestEnlargement.forward(y))
            observe?("decoder\(index)", y)
            y = Concatenation.forward([y, passed.removeLast()])
        }
        if let last { y = last(y) }
        observe?("prediction", y)
        return y
    }

    /// The means of squares of 2×2 in each plane.
    private static func halved(_ x: Tensor) -> Tensor {
        let shape = x.shape
        if shape.count == 4 { return Pooling.mean(x) }
        let planes = Pooling.mean(x.reshaped([shape[0], shape[1] * shape[2], shape[3], shape[4]]))
        return planes.reshaped(Array(shape[..<3]) + planes.shape[2...])
    }
}
