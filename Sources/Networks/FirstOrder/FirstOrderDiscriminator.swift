import Checkpoints
import Foundation
import Operators
import Tensors

/// Scores how real pictures look place by place, on one or several scales (the First Order Motion Model's, after pix2pixHD's). It may see
/// where the key points are.
public final class FirstOrderDiscriminator {
    /// The measures of a discriminator.
    public struct Measures: Equatable, Sendable {
        /// Scales of the picture, each with a discriminator of its own: 1, 0.5.
        public var scales: [Double]
        /// Channels of the first block; each block doubles them up to the most.
        public var channels, mostChannels, blocks: Int
        /// How many key points it sees; 0 where it sees the picture alone.
        public var points: Int
        /// Whether its convolutions are spectrally normalized.
        public var isSpectral: Bool

        public init(
            scales: [Double] = [1], channels: Int = 32, mostChannels: Int = 512, blocks: Int = 4, points: Int = 0, isSpectral: Bool = false
        ) {
            (self.scales, self.channels, self.mostChannels, self.blocks) = (scales, channels, mostChannels, blocks)
            (self.points, self.isSpectral) = (points, isSpectral)
        }
    }

    /// What the discriminator of one scale says.
    public struct Judgement {
        /// The blocks' outputs, from fine to coarse.
        public let features: [Tensor]
        /// (N, 1, h, w), near 1 for what looks real, near 0 for what does not.
        public let scores: Tensor
    }

    /// The spread of the bells that stand for key points.
    private static let variance: Float = 0.01

    public let measures: Measures
    /// Everything that is stored, in the order of its declaration.
    public let parameters: [Parameter]
    private let scales: [ScaleDiscriminator]

    /// A discriminator with random weights, as training starts it.
    public convenience init(_ measures: Measures, seed: UInt64) {
        // Random weights fit by construction.
        try! self.init(measures, ParameterBuilder(seed: seed))
    }

    /// The discriminator among the tensors of a checkpoint whose names begin with `prefix`.
    ///
    /// - Throws: `CheckpointMisfit` with every tensor that is missing, misshapen, unknown or not finite.
    public convenience init(_ measures: Measures, _ checkpoint: Checkpoint, prefix: String) throws {
        try self.init(measures, ParameterBuilder(checkpoint, prefix: prefix))
    }

    private init(_ measures: Measures, _ builder: ParameterBuilder) throws {
        let scope = ParameterScope(builder).scope("discs")
        self.measures = measures
        scales = measures.scales.map { ScaleDiscriminator(scope.scope(Self.name(of: $0)), measures) }
        parameters = builder.parameters
        try builder.finish(wanted: "a discriminator of these measures")
    }

    /// A scale as names have it: 1 → "1", 0.5 → "0-5".
    private static func name(of scale: Double) -> String {
        (Int(exactly: scale).map(String.init) ?? String(scale)).replacingOccurrences(of: ".", with: "-")
    }

    /// - Parameters:
    ///   - pictures: (N, 3, H, W) of each scale, RGB in [0, 1].
    ///   - points: (N, K, 2), where the key points of the wanted picture are. No gradient flows to them.
    public func callAsFunction(_ pictures: [Tensor], points: Tensor) -> [Judgement] {
        precondition(pictures.count == scales.count, "\(pictures.count) pictures for \(scales.count) scales")
        return zip(pictures, scales).map { picture, judge in
            guard measures.points > 0 else { return judge(picture) }
            let bells = GaussianHeatmap.forward(
                points.detached, height: picture.shape[2], width: picture.shape[3], variance: Self.variance)
            return judge(Concatenation.forward([picture, bells]))
        }
    }
}
