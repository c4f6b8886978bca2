import Networks
import Tensors

/// Mouths to be painted. In the stage of clips there are five pictures of each clip: the first of all clips, then the second of all, ….
public struct DINetBatch {
    /// (N, 3, H, W), RGB in [0, 1].
    package let pictures: Tensor
    /// (N, 3·references, H, W): pictures of the same person.
    package let references: Tensor
    /// (N, values, 5): what is heard around each.
    package let sound: Tensor
    /// (N, H, W): 1 around the lips, else 0.
    package let lips: Tensor
    /// (clips, values, 9): what is heard around clips; nil for single frames.
    let clipSound: Tensor?
    /// Where each finds its content in its first reference; nil where nobody asks.
    package let flow: KnownMouthFlow?

    /// Frames of a clip, and rows of sound around them.
    package static let clipFrames = 5, clipRows = 9
    /// Rows of sound around a frame.
    package static let rows = 5

    package init(pictures: Tensor, references: Tensor, sound: Tensor, lips: Tensor, clipSound: Tensor?, flow: KnownMouthFlow? = nil) {
        (self.pictures, self.references, self.sound, self.lips) = (pictures, references, sound, lips)
        (self.clipSound, self.flow) = (clipSound, flow)
    }

    /// Paints what was chosen.
    ///
    /// - Parameters:
    ///   - choices: all with as many frames and references, at least one.
    ///   - knowsFlow: whether the flow from the first references is wanted.
    init(_ choices: [SpokenChoice], dataset: Dataset, layout: MouthLayout, knowsFlow: Bool = false) {
        let size = layout.width * layout.height, frames = choices[0].targets.count, count = choices.count * frames
        let references = choices[0].references[0].count,
            heard = choices.map { choice in
                choice.targets.map { choice.sound($0, count: Self.rows) }
            }
        let values = heard[0][0].count / Self.rows
        let pictures = Tensor(uninitialized: [count, 3, layout.height, layout.width])
        let others = Tensor(uninitialized: [count, 3 * references, layout.height, layout.width])
        let lips = Tensor(zeros: [count, layout.height, layout.width])
        let flow = knowsFlow ? KnownMouthFlow(count: count, layout: layout) : nil
        let (to, toOthers, toLips) = (pictures.mutablePointer, others.mutablePointer, lips.mutablePointer)
        Parallel.forEach(choices.count) { index in
            let choice = choices[index], painter = SpokenPainter(choice, dataset: dataset, layout: layout)
            for (frame, target) in choice.targets.enumerated() {
                let place = frame * choices.count + index, own = toOthers + place * references * 3 * size
                painter.paint(target, into: to + place * 3 * size, lips: toLips + place * size)
                flow?.fill(place, painter.flow(from: choice.references[frame][0], to: target))
                for (number, shot) in choice.references[frame].enumerated() {
                    if number == 0 || !choice.isSingle {
                        painter.paint(shot, into: own + number * 3 * size)
                    } else {
                        (own + number * 3 * size).update(from: own, count: 3 * size)
                    }
                }
            }
        }
        let sound = (0..<frames).flatMap { frame in heard.flatMap { $0[frame] } }
        var clipSound: Tensor?
        if frames > 1 {
            let rows = choices.flatMap { $0.sound($0.targets[frames / 2], count: Self.clipRows) }
            clipSound = Tensor(rows, [choices.count, values, Self.clipRows])
        }
        self.init(
            pictures: pictures, references: others, sound: Tensor(sound, [count, values, Self.rows]), lips: lips, clipSound: clipSound,
            flow: flow)
    }

    /// The pictures without their mouths.
    func masked(_ layout: MouthLayout) -> Tensor {
        let size = pictures.count / pictures.shape[0], result = Tensor(pictures.values, pictures.shape)
        for picture in 0..<pictures.shape[0] { layout.mask(result.mutablePointer + picture * size) }
        return result
    }
}
