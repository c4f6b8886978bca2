import Networks
import Operators
import Tensors

/// Two discriminators, of eyes and of mouths: what no flow can bring, teeth and lids, is a mean of all of them for losses that compare pixel
/// by pixel, and only looks like one of them to who has seen real ones.
struct RegionDiscriminators {
    /// A region's side, as a fraction of the picture's, and the least, in pixels.
    private static let fraction = 4, leastSide = 16

    private let side: Int
    private let eyes, mouth: Discriminator

    /// - Parameters:
    ///   - size: of the pictures, in pixels.
    ///   - channels: of the network by resolution, from 4 px; these have half as many.
    init(size: Int, channels: [Int], seed: UInt64) {
        side = max(Self.leastSide, size / Self.fraction)
        let own = channels.prefix(side.trailingZeroBitCount - 1).map { max(8, $0 / 2) }
        eyes = Discriminator(size: side, channels: own, seed: seed, prefix: "eyes.")
        mouth = Discriminator(size: side, channels: own, seed: seed &+ 1, prefix: "mouth.")
    }

    var parameters: [Parameter] { eyes.parameters + mouth.parameters }

    /// The squares of a batch's faces, each kind with its discriminator, but for kinds without any: all known eyes, and the mouths that open.
    /// Nearly all others are warped from real ones, and so real that between them a discriminator learns nothing.
    ///
    /// - Parameter opened: the frames whose mouths open.
    func crops(_ batch: LIABatch, opened: Set<Int>) -> [(Discriminator, RegionCrops)] {
        let regions = batch.regions.enumerated().compactMap { frame, regions in regions.map { (frame: frame, regions: $0) } }
        let opened = regions.filter { opened.contains($0.frame) }
        return [
            (eyes, regions.map { (frame: $0.frame, square: $0.regions.eyes) }), (mouth, opened.map { ($0.frame, $0.regions.mouth) }),
        ].filter { !$1.isEmpty }.map { ($0, RegionCrops($1, side: side)) }
    }

    /// What the generator is to make small, (1): how unreal its eyes and mouths look; 0 where no face is known.
    func generatorLoss(_ pictures: Tensor, _ crops: [(Discriminator, RegionCrops)]) -> Tensor {
        sum(crops.map { discriminator, crops in SoftplusLoss.forward(discriminator(crops.cut(pictures)), sign: -1) })
    }

    /// What the discriminators are to make small, (1): how much they take made regions for real ones and the other way round.
    func discriminatorLoss(_ pictures: Tensor, target: Tensor, _ crops: [(Discriminator, RegionCrops)]) -> Tensor {
        sum(
            crops.map { discriminator, crops in
                Sum.forward(
                    SoftplusLoss.forward(discriminator(crops.cut(target)), sign: -1),
                    SoftplusLoss.forward(discriminator(crops.cut(pictures)), sign: 1))
            })
    }

    private func sum(_ terms: [Tensor]) -> Tensor {
        guard let first = terms.first else { return Tensor(zeros: [1]) }
        return terms.dropFirst().reduce(first) { Sum.forward($0, $1) }
    }
}
