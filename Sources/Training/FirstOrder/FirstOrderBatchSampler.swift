import Operators
import Tensors

/// Samples the batches of a run, without end and in an order that its seeds alone decide.
struct FirstOrderBatchSampler: BatchSampling {
    private let configuration: FirstOrderTrainingConfiguration
    var groups: GroupSampler
    /// Chooses between clips and drawn people, and the warps.
    var random: RandomSource

    /// Control points of a warp along each side.
    private static let controls = 5

    /// - Parameters:
    ///   - clips: the numbers of the clips to learn from.
    ///   - seed: of the pairs; the next number is that of the other choices.
    init(_ configuration: FirstOrderTrainingConfiguration, dataset: Dataset, clips: [Int], seed: UInt64) {
        self.configuration = configuration
        groups = GroupSampler(
            dataset: dataset, clips: clips, groupSize: 2, augmentation: configuration.data.augmentation, seed: seed)
        random = RandomSource(seed: seed &+ 1)
    }

    mutating func next() -> FirstOrderBatch {
        let choices = (0..<configuration.data.pairs).map { _ in nextChoice() }
        let (groups, size) = (groups, configuration.network.size)
        let made = Parallel.map(choices.count) { choices[$0].made(by: groups, size: size) }
        return FirstOrderBatch(made, warp: nextWarp())
    }

    private mutating func nextChoice() -> GroupChoice {
        let data = configuration.data
        guard random.uniform() < Float(data.puppets) else {
            return .clip(groups.choose(pseudoMotion: Float(data.pseudoMotion), moments: Float(data.expressions)))
        }
        return .puppets(PuppetGroup.choose(count: 2, isStill: random.uniform() < Float(data.expressions), using: &random))
    }

    /// A warp for each pair: the identity, and normally distributed changes of it.
    private mutating func nextWarp() -> ThinPlateSpline {
        let losses = configuration.losses, count = configuration.data.pairs
        let affine = random.normal([count, 2, 3], scale: Float(losses.affineSpread))
        for sample in 0..<count { for place in [0, 4] { affine.mutablePointer[6 * sample + place] += 1 } }
        return ThinPlateSpline(
            affine: affine, weights: random.normal([count, Self.controls * Self.controls], scale: Float(losses.splineSpread)))
    }
}
