import Foundation
import Networks
import Operators
import Tensors

/// What is finer than a network's pictures, carried over from the first reference: a network that paints a mouth of 64 px also says where each
/// place shows that reference, and how much of it, so that beards, freckles and the lines of lips are there at the frame's own size. Not in
/// the paper. (`SourceDetail` does the same for portraits.)
package final class ReferenceDetail: @unchecked Sendable {
    /// (1, 3, height, width): the first reference's crop as the frame shows it, in [0, 1].
    private let whole: Tensor
    /// (1, 3, height, width) of the layout: the same as the network read it.
    private let read: Tensor
    /// What the second lacks of the first, at the size that was asked for last; and ones, a mask.
    private var residual: (lacking: Tensor, ones: Tensor)?
    private let lock = NSLock()

    package init(whole: Tensor, read: Tensor) { (self.whole, self.read) = (whole, read) }

    /// - Parameter painting: of one frame.
    /// - Returns: the painted picture, (1, 3, height, width), with what it lacks of the reference; as it is where the network moves none, and
    ///   where it would not be enlarged.
    package func added(to painting: MouthPainting, height: Int, width: Int) -> Tensor {
        let picture = BilinearResizing.forward(painting.picture, height: height, width: width)
        guard let flow = painting.flow, let mask = painting.mask, height > flow.shape[2] else { return picture }
        let (lacking, ones) = residual(height, width)
        return ResidualWarp.forward(
            picture, residuals: lacking, indices: [0],
            displacement: BilinearResizing.forward(Self.displacement(flow), height: height, width: width),
            masks: (BilinearResizing.forward(mask, height: height, width: width), ones))
    }

    private func residual(_ height: Int, _ width: Int) -> (lacking: Tensor, ones: Tensor) {
        lock.withLock {
            if let residual, residual.ones.shape == [1, 1, height, width] { return residual }
            let lacking = Sum.forward(
                BilinearResizing.forward(whole, height: height, width: width),
                minus: BilinearResizing.forward(read, height: height, width: width))
            let result = (lacking, Tensor(repeating: 1, [1, 1, height, width]))
            residual = result
            return result
        }
    }

    /// How far from its own place each pixel reads, by a flow that is added to linspace(−1, 1) while −1 and 1 are the outer edges of the border
    /// pixels (see `Warp`).
    private static func displacement(_ flow: Tensor) -> Tensor {
        let (height, width) = (flow.shape[2], flow.shape[3]), size = height * width
        let result = Tensor(uninitialized: flow.shape), (from, to) = (flow.pointer, result.mutablePointer)
        func shift(_ place: Int, of count: Int) -> Float {
            2 * Float(place) / Float(max(count - 1, 1)) - (2 * Float(place) + 1) / Float(count)
        }
        for p in 0..<size {
            to[p] = from[p] + shift(p % width, of: width)
            to[size + p] = from[size + p] + shift(p / width, of: height)
        }
        keepAlive(flow)
        return result
    }
}
