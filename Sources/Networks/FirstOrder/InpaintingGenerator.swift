import Operators
import Tensors

/// Moves a source's features by the dense motion and draws the picture of them, with what the source does not show made anew (Siarohin et al.
/// 2019, section 3.3).
public struct InpaintingGenerator {
    /// What depends on the source alone.
    public struct Source: Sendable {
        /// (N, 3, H, W), RGB in [0, 1]: the picture itself.
        public let picture: Tensor
        /// (N, C, H/f, W/f): the encoder's features.
        public let features: Tensor
        /// (N, 3, h, w): the small picture for the dense motion.
        public let small: Tensor
    }

    private let first, last: BiasedConvolution
    private let down, up: [BiasedConvolution]
    private let bottleneck: [NormalizedResidualBlock]
    private let motion: DenseMotion
    private let alignsCorners: Bool

    init(_ scope: ParameterScope, _ configuration: FirstOrderConfiguration) {
        let (widths, upward) = (configuration.generator, configuration.upward)
        motion = DenseMotion(scope.scope("dense_motion_network"), configuration)
        first = BiasedConvolution(scope.scope("first"), normalization: "norm", from: 3, to: widths[0], kernel: 7, activation: .relu)
        func layer(_ scope: ParameterScope, _ inputs: Int, _ outputs: Int) -> BiasedConvolution {
            BiasedConvolution(scope, normalization: "norm", from: inputs, to: outputs, activation: .relu)
        }
        down = (1..<widths.count).map { layer(scope.scope("down_blocks").scope($0 - 1), widths[$0 - 1], widths[$0]) }
        bottleneck = (0..<configuration.bottleneckBlocks).map {
            NormalizedResidualBlock(scope.scope("bottleneck").scope("r\($0)"), widths.last!, axes: 2)
        }
        let read = [widths.last!] + upward
        up = upward.indices.map { layer(scope.scope("up_blocks").scope($0), read[$0], read[$0 + 1]) }
        last = BiasedConvolution(scope, "final", from: read.last!, to: 3, kernel: 7)
        alignsCorners = configuration.settings.alignsCorners
    }

    /// - Parameters:
    ///   - picture: (N, 3, H, W), RGB in [0, 1].
    ///   - observe: is shown what the parts make: first, down0, ….
    public func prepare(_ picture: Tensor, observe: ((_ name: String, Tensor) -> Void)? = nil) -> Source {
        var x = first(picture)
        observe?("first", x)
        for (index, convolution) in down.enumerated() {
            x = Pooling.mean(convolution(x))
            observe?("down\(index)", x)
        }
        return Source(picture: picture, features: x, small: motion.prepare(picture))
    }

    /// - Parameters:
    ///   - source: of N pictures.
    ///   - sourcePoints, drivingPoints: of N pictures each.
    ///   - observe: is shown what the parts make: motion/… of the dense motion, warped, masked, bottleneck0, …, up0, …, final.
    /// - Returns: (N, 3, H, W), RGB in (0, 1).
    public func callAsFunction(
        _ source: Source, sourcePoints: KeyPoints, drivingPoints: KeyPoints, observe: ((_ name: String, Tensor) -> Void)? = nil
    ) -> Tensor {
        let motion = motion(
            source.small, source: sourcePoints, driving: drivingPoints, observe: observe.map { observe in { observe("motion/" + $0, $1) } })
        let (height, width) = (source.features.shape[2], source.features.shape[3])
        let flow = Self.resized(motion.flow, height: height, width: width)
        var x = GridSampling.forward(source.features, grid: flow, alignsCorners: alignsCorners)
        observe?("warped", x)
        if let occlusion = motion.occlusion {
            x = PlaneProduct.forward(x, by: BilinearResizing.forward(occlusion, height: height, width: width))
            observe?("masked", x)
        }
        for (index, block) in bottleneck.enumerated() {
            x = block(x)
            observe?("bottleneck\(index)", x)
        }
        for (index, convolution) in up.enumerated() {
            x = convolution(enlarging: x, by: 2)
            observe?("up\(index)", x)
        }
        x = last(x)
        observe?("final", x)
        return Sigmoid.forward(x)
    }

    /// The source picture moved by a dense motion: nothing but a view of that motion.
    ///
    /// - Parameters:
    ///   - picture: (N, 3, H, W).
    ///   - flow: (N, h, w, 2).
    /// - Returns: (N, 3, H, W).
    public func deformed(_ picture: Tensor, by flow: Tensor) -> Tensor {
        GridSampling.forward(
            picture, grid: Self.resized(flow, height: picture.shape[2], width: picture.shape[3]), alignsCorners: alignsCorners)
    }

    /// A flow of another size by bilinear interpolation: (N, h, w, 2) → (N, height, width, 2).
    private static func resized(_ flow: Tensor, height: Int, width: Int) -> Tensor {
        if flow.shape[1] == height && flow.shape[2] == width { return flow }
        return ChannelsLast.forward(BilinearResizing.forward(ChannelsFirst.forward(flow), height: height, width: width))
    }
}
