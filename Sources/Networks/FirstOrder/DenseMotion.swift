import Operators
import Tensors

/// Makes of sparse motions, one a key point, where every place comes from, and what is not to be seen in the source (Siarohin et al. 2019,
/// section 3.2).
public struct DenseMotion {
    public struct Result {
        /// (N, h, w, 2): where each place comes from, x before y, in [−1, 1] for places inside.
        public let flow: Tensor
        /// (N, 1, h, w): the fraction of each place that the source shows; nil for a network that does not estimate it.
        public let occlusion: Tensor?
    }

    private let downscaling: AntialiasedDownscaling
    private let hourglass: Hourglass
    private let mask: BiasedConvolution
    private let occlusion: BiasedConvolution?
    private let variance: Float
    private let alignsCorners: Bool

    init(_ scope: ParameterScope, _ configuration: FirstOrderConfiguration) {
        let inputs = 4 * (configuration.points + 1), outputs = configuration.motion.outputs(of: inputs)
        downscaling = AntialiasedDownscaling(scope, factor: configuration.motionScale, isChecked: configuration.checksKernels)
        hourglass = Hourglass(scope.scope("hourglass"), from: inputs, configuration.motion)
        mask = BiasedConvolution(scope, "mask", from: outputs, to: configuration.points + 1, kernel: 7)
        occlusion = configuration.estimatesOcclusion ? BiasedConvolution(scope, "occlusion", from: outputs, to: 1, kernel: 7) : nil
        (variance, alignsCorners) = (configuration.settings.variance, configuration.settings.alignsCorners)
    }

    /// The small picture that is moved by each motion: (N, 3, H, W) → (N, 3, h, w).
    public func prepare(_ source: Tensor) -> Tensor { downscaling(source) }

    /// - Parameters:
    ///   - small: (N, 3, h, w), from `prepare`.
    ///   - sourcePoints, drivingPoints: of N pictures each.
    ///   - observe: is shown what the parts make: heatmaps, sparse_motions, sparse_deformed, input, encoder0, …, decoder0, …, features,
    ///     mask_logits, mask, deformation, occlusion_logits, occlusion_map.
    public func callAsFunction(
        _ small: Tensor, source sourcePoints: KeyPoints, driving drivingPoints: KeyPoints,
        observe: ((_ name: String, Tensor) -> Void)? = nil
    ) -> Result {
        let (samples, height, width) = (small.shape[0], small.shape[2], small.shape[3]), motions = sourcePoints.value.shape[1] + 1
        // How much each point comes and goes; nothing for the motion that nothing moves.
        let bells = [drivingPoints, sourcePoints].map {
            GaussianHeatmap.forward($0.value, height: height, width: width, variance: variance)
        }
        let heatmaps = Concatenation.forward([Tensor(zeros: [samples, 1, height, width]), Sum.forward(bells[0], minus: bells[1])])
        observe?("heatmaps", heatmaps)
        var map: Tensor?
        if let own = sourcePoints.jacobian, let driving = drivingPoints.jacobian {
            map = SmallProduct.forward(own, SmallInverse.forward(driving))
        }
        let places = SparseMotions.forward(
            source: sourcePoints.value, driving: drivingPoints.value, map: map, height: height, width: width)
        observe?("sparse_motions", places)
        let copies = Selection.forward(small, indices: (0..<samples * motions).map { $0 / motions })
        let moved = GridSampling.forward(
            copies, grid: places.reshaped([samples * motions, height, width, 2]), alignsCorners: alignsCorners)
        observe?("sparse_deformed", moved)
        let read = Concatenation.forward([heatmaps.reshaped([samples * motions, 1, height, width]), moved])
            .reshaped([samples, motions * 4, height, width])
        observe?("input", read)
        let features = hourglass(read, observe: observe.map { observe in { observe($0 == "prediction" ? "features" : $0, $1) } })
        let scores = mask(features)
        observe?("mask_logits", scores)
        let motion = MotionCombination.forward(scores, motions: places)
        observe?("mask", motion.mask)
        observe?("deformation", motion.flow)
        let hidden = occlusion?(features)
        if let hidden { observe?("occlusion_logits", hidden) }
        let seen = hidden.map { Sigmoid.forward($0) }
        if let seen { observe?("occlusion_map", seen) }
        return Result(flow: motion.flow, occlusion: seen)
    }
}
