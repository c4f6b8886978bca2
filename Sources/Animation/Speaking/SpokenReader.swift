import Media
import Tensors

/// Gives the frames of a `SpokenMotion` one after another.
final class SpokenReader {
    let motion: SpokenMotion
    private var index = 0

    init(_ motion: SpokenMotion) { self.motion = motion }

    /// The next frame's amounts, (1, controls), a tick each; nil at the end.
    func next() -> (content: DrivingInput.Content, time: Int64, duration: Int64)? {
        guard index < motion.amounts.count else { return nil }
        defer { index += 1 }
        let amounts = motion.amounts[index]
        return (.motion(Tensor(amounts, [1, amounts.count])), Int64(index), 1)
    }
}
