import Networks
import Operators
import Tensors

/// Rebuilds every frame of some groups from another frame of its group: what LIA learns from. Each frame is encoded once and
/// serves both as a driving frame and as the source of another, which costs a third less than pairs.
package struct Reconstruction {
    /// A magnitude that is known.
    package struct Given {
        /// The number of the frame that is rebuilt with it, and of the direction, from 0.
        let frame, direction: Int
        let magnitude: Float

        package init(frame: Int, direction: Int, magnitude: Float) {
            (self.frame, self.direction, self.magnitude) = (frame, direction, magnitude)
        }
    }

    /// (frames, 3, size, size).
    package let pictures: Tensor
    /// (frames, M).
    package let magnitudes: Tensor
    /// The flow of every level, from 8 px, (frames, 2, N, N), added to linspace(−1, 1, N).
    let flows: [Tensor]
    /// The mask of every level, (frames, 1, N, N).
    let masks: [Tensor]
    private let network: LIA
    /// (frames, C).
    private let code: Tensor
    private let features: [Tensor]

    /// - Parameters:
    ///   - frames: (frames, 3, size, size), RGB in [−1, 1].
    ///   - sources: for every frame, the number of the frame that it is rebuilt from.
    ///   - drivings: for every frame, the number of the frame whose motion it is rebuilt with: itself, or another person in the
    ///     same pose.
    ///   - references: for every frame, the number of the frame whose motion is subtracted from the driving one's and replaced by the
    ///     source's, as in relative transfer; its source where the driving frame's motion is taken as it is.
    ///   - given: magnitudes that frames are rebuilt with instead of what the encoder says.
    ///   - detail: true where what the source's own reconstruction lacks of the source is added, as `SourceDetail` does; the sources
    ///     are then rebuilt from themselves, and nothing is added to them.
    package init(
        _ network: LIA, frames: Tensor, sources: [Int], drivings: [Int], references: [Int],
        given: [Given] = [], detail: Bool
    ) {
        let (code, features) = network.encoder(frames)
        let magnitudes = network.encoder.magnitudes(code)
        self.magnitudes = magnitudes
        (self.network, self.code, self.features) = (network, code, features)
        let moved = Self.moved(magnitudes, sources: sources, drivings: drivings, references: references, given: given)
        let target = Sum.forward(Selection.forward(code, indices: sources), network.motionDictionary(moved))
        var flows: [Tensor] = [], masks: [Tensor] = []
        let generated = network.generator(target, features: features.map { Selection.forward($0, indices: sources) }) { _, warp in
            flows.append(warp.flow)
            masks.append(warp.mask)
        }
        (self.flows, self.masks) = (flows, masks)
        pictures =
            detail
            ? SourceDetail.added(
                to: generated, residuals: SourceDetail.residual(of: frames, rebuilt: generated),
                indices: sources.enumerated().map { $0.offset == $0.element ? nil : $0.element }, flow: flows.last!,
                own: Selection.forward(flows.last!, indices: sources), masks: (masks.last!, masks.last!))
            : generated
    }

    /// How far the canonical pictures x_r, made from the code without any motion (section 3.1), of two frames of a person differ: the mean
    /// absolute difference, (1). Of all frames that have the same source the first is compared with it; 0 where every frame is its own.
    package func canonicalDifference(sources: [Int]) -> Tensor {
        var met = Set<Int>()
        let pairs = sources.enumerated().filter { $0.offset != $0.element && met.insert($0.element).inserted }
        guard !pairs.isEmpty else { return Tensor(zeros: [1]) }
        let frames = Set(pairs.flatMap { [$0.offset, $0.element] }).sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(frames, frames.indices))
        let pictures = network.generator(
            Selection.forward(code, indices: frames), features: features.map { Selection.forward($0, indices: frames) })
        let difference = Sum.forward(
            Selection.forward(pictures, indices: pairs.map { places[$0.offset]! }),
            minus: Selection.forward(pictures, indices: pairs.map { places[$0.element]! }))
        return L1Loss.forward(difference, target: Tensor(zeros: difference.shape))
    }

    /// The magnitudes that every frame is rebuilt with: a_driving − a_reference + a_source, or what is given.
    private static func moved(
        _ magnitudes: Tensor, sources: [Int], drivings: [Int], references: [Int], given: [Given]
    ) -> Tensor {
        var moved = drivings == Array(drivings.indices) ? magnitudes : Selection.forward(magnitudes, indices: drivings)
        if references != sources {
            let shift = Sum.forward(
                Selection.forward(magnitudes, indices: sources), minus: Selection.forward(magnitudes, indices: references))
            moved = Sum.forward(moved, shift)
        }
        guard !given.isEmpty else { return moved }
        // Constants, so that gradients reach the encoder as if it had read what is given.
        let corrections = Tensor(zeros: moved.shape), count = moved.shape[1]
        for entry in given {
            let place = entry.frame * count + entry.direction
            corrections.mutablePointer[place] = entry.magnitude - moved.pointer[place]
        }
        keepAlive(moved)
        return Sum.forward(moved, corrections)
    }
}
