import Networks
import Operators
import Puppets
import Tensors

/// Where mouths to be painted find their content in their first references, as far as landmarks and drawings tell.
package struct KnownMouthFlow {
    /// (N, 2, H, W): the known sampling positions less linspace(−1, 1), to which the network adds its flow.
    package let flows: Tensor
    /// (N, H, W): how much each pixel of the mouth's square counts.
    package let weights: Tensor
    /// (N, H, W): how much each pixel counts inside mouths that are shut in the reference.
    package let opened: Tensor

    private let layout: MouthLayout

    /// What pixels share by how far they move, and by how far they move otherwise than the head.
    private static let moving: Float = 0.2, expressive: Float = 0.7

    /// Nothing is known.
    init(count: Int, layout: MouthLayout) {
        self.layout = layout
        flows = Tensor(zeros: [count, 2, layout.height, layout.width])
        weights = Tensor(zeros: [count, layout.height, layout.width])
        opened = Tensor(zeros: [count, layout.height, layout.width])
    }

    /// Fills in what is known of a picture.
    ///
    /// - Parameter known: of a square as high as the layout, from its left edge.
    func fill(_ picture: Int, _ known: PuppetFlow) {
        let (side, width, height, area) = (known.size, layout.width, layout.height, layout.width * layout.height)
        // Places of the square, as places of the layout.
        let stretch = Float(side) / Float(width)
        func x(_ pixel: Int) -> Float { (known.coordinates[2 * pixel] + 1) * stretch - 1 }
        let seen = Tensor(zeros: [side, side])
        for row in layout.rows {
            for column in layout.columns where known.validity[row * side + column] > 0 && x(row * side + column) <= 1 {
                seen.mutablePointer[row * side + column] = 1
            }
        }
        let count = seen.values.reduce(0, +), inside = known.opened.reduce(0, +), pictures = Float(flows.shape[0])
        guard count > 0 else { return }
        let shares = FlowShares(
            Tensor(known.coordinates, [1, side, side, 2]), weight: seen, moving: Self.moving, expressive: Self.expressive
        ).values
        let (toX, toY) = (flows.mutablePointer + 2 * picture * area, flows.mutablePointer + (2 * picture + 1) * area)
        for row in layout.rows {
            for column in layout.columns {
                let from = row * side + column, to = row * width + column
                toX[to] = x(from) - Warp.linspace(column, width)
                toY[to] = known.coordinates[2 * from + 1] - Warp.linspace(row, height)
                weights.mutablePointer[picture * area + to] = shares[from] * seen.pointer[from] / (2 * count * pictures)
                if known.opened[from] > 0 { opened.mutablePointer[picture * area + to] = 1 / (inside * pictures) }
            }
        }
        keepAlive(seen)
    }

    /// (1): the L1 of the network's flow, a mean over the known pixels of each picture, then over all pictures (0 for those of which nothing
    /// is known).
    package func loss(flow: Tensor) -> Tensor { L1Loss.forward(flow, target: flows, weights: weights) }

    /// (1): the mean of the mask inside mouths that open, where the reference has nothing to show.
    func loss(mask: Tensor) -> Tensor { L1Loss.forward(mask, target: Tensor(zeros: mask.shape), weights: opened) }
}
