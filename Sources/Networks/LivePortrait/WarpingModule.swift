import Operators
import Tensors

/// W: moves a feature volume as key points move, and makes the label map of it that G draws from (Guo et al. 2024, section 3.1; Wang,
/// Mallya and Liu 2021, section 3.2).
public struct WarpingModule {
    /// What depends on the source alone.
    public struct PreparedVolume: Sendable {
        /// (1, C, D, H, W): F's features.
        public let features: Tensor
        /// (1, c, D, H, W): the compressed features, and what the hypothesis that nothing moves makes of them.
        let compressed, unmoved: Tensor
    }

    /// Something that is computed on the way to the label map.
    public enum Stage: String, Sendable {
        /// (1, (K + 1)·(c + 1), D, H, W): what the hourglass reads.
        case hypotheses
        /// (1, outputs, D, H, W): what the hourglass makes.
        case prediction
        /// (1, K + 1, D, H, W): the part of each hypothesis.
        case mask
        /// (1, D, H, W, 3): where each place comes from, x before y before z, in [−1, 1].
        case deformation
        /// (1, 1, H, W): what is seen, in (0, 1).
        case occlusion
        /// (1, C·D, H, W): the moved features.
        case warped
        /// (1, labels, H, W) each: the last two layers, before the occlusion.
        case third, fourth
        /// What the levels of the hourglass make, (1, channels, D, …): the first half goes down.
        case encoder, decoder
    }

    private let compress, mask, occlusion, third, fourth: BiasedConvolution
    private let hourglass: Hourglass
    private let points: Int

    init(_ scope: ParameterScope, _ configuration: LivePortraitConfiguration) {
        let motion = scope.scope("dense_motion_network"), outputs = configuration.hourglassOutputs
        let planes = configuration.volumeChannels * configuration.depth
        points = configuration.points
        hourglass = Hourglass(
            motion.scope("hourglass"), from: configuration.hourglassInputs,
            .init(encoder: configuration.encoder, decoder: configuration.decoder), axes: 3, endsInConvolution: true)
        mask = BiasedConvolution(motion, "mask", from: outputs, to: points + 1, axes: 3, kernel: 7)
        compress = BiasedConvolution(
            motion, "compress", normalization: "norm", from: configuration.volumeChannels, to: configuration.compressed, axes: 3, kernel: 1,
            activation: .relu)
        occlusion = BiasedConvolution(motion, "occlusion", from: outputs * configuration.depth, to: 1, kernel: 7)
        third = BiasedConvolution(
            scope.scope("third"), normalization: "norm", from: planes, to: configuration.labelsBefore, activation: Activation(slope: 0.01))
        fourth = BiasedConvolution(scope, "fourth", from: configuration.labelsBefore, to: configuration.labels, kernel: 1)
    }

    /// - Parameter volume: (1, C, D, H, W), from F.
    public func prepare(_ volume: Tensor) -> PreparedVolume {
        let compressed = compress(volume)
        return PreparedVolume(features: volume, compressed: compressed, unmoved: PointMotions.unmoved(compressed))
    }

    /// - Parameters:
    ///   - sourcePoints, targetPoints: (1, 3·K): the key points of the source and those that it takes on.
    ///   - observe: is shown each stage, and of the hourglass's levels which it is, from 0.
    /// - Returns: (1, labels, H, W): the label map.
    public func label(
        _ prepared: PreparedVolume, sourcePoints: Tensor, targetPoints: Tensor,
        observe: ((_ stage: Stage, _ level: Int, Tensor) -> Void)? = nil
    ) -> Tensor {
        precondition(
            sourcePoints.count == 3 * points && targetPoints.count == 3 * points, "points \(sourcePoints.shape), \(targetPoints.shape)")
        let read = PointMotions.forward(
            prepared.compressed, source: sourcePoints, target: targetPoints, unmoved: prepared.unmoved)
        observe?(.hypotheses, 0, read)
        let levels = observe.map { observe in
            { (name: String, values: Tensor) in
                if let stage = [Stage.encoder, .decoder, .prediction].first(where: { name.hasPrefix($0.rawValue) }) {
                    observe(stage, Int(name.dropFirst(stage.rawValue.count)) ?? 0, values)
                }
            }
        }
        let prediction = hourglass(read, observe: levels), shape = prediction.shape
        let field = MotionField.forward(mask(prediction), source: sourcePoints, target: targetPoints)
        observe?(.mask, 0, field.mask)
        observe?(.deformation, 0, field.deformation)
        let seen = Sigmoid.forward(occlusion(prediction.reshaped([1, shape[1] * shape[2], shape[3], shape[4]])))
        observe?(.occlusion, 0, seen)
        let moved = VolumeSampling.forward(prepared.features, grid: field.deformation)
        let warped = moved.reshaped([1, moved.shape[1] * moved.shape[2], moved.shape[3], moved.shape[4]])
        observe?(.warped, 0, warped)
        let before = third(warped)
        observe?(.third, 0, before)
        let label = fourth(before)
        observe?(.fourth, 0, label)
        return PlaneProduct.forward(label, by: seen)
    }
}
