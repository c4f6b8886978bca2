import Operators
import Tensors

/// The discriminator of one scale: blocks, and a score for each place of the last.
struct ScaleDiscriminator {
    private let blocks: [DiscriminatorBlock]
    private let score: DiscriminatorConvolution

    init(_ scope: ParameterScope, _ measures: FirstOrderDiscriminator.Measures) {
        let counts = (0..<measures.blocks).map { min(measures.mostChannels, measures.channels << ($0 + 1)) }
        blocks = counts.indices.map { index in
            DiscriminatorBlock(
                scope.scope("down_blocks").scope(index), from: index == 0 ? 3 + measures.points : counts[index - 1], to: counts[index],
                isNormalized: index > 0, isHalving: index < counts.count - 1, isSpectral: measures.isSpectral)
        }
        score = DiscriminatorConvolution(
            scope.scope("conv"), from: counts[counts.count - 1], to: 1, kernel: 1, isSpectral: measures.isSpectral)
    }

    func callAsFunction(_ x: Tensor) -> FirstOrderDiscriminator.Judgement {
        var features: [Tensor] = []
        for block in blocks { features.append(block(features.last ?? x)) }
        return .init(features: features, scores: score(features[features.count - 1]))
    }
}
