import Operators
import Tensors

/// The picture of a face that DINet reads and paints, by the side m of its mouth's square: 5m/4 columns and 13m/8 rows, of which m/8… and
/// m/2… begin the square (Zhang et al. 2023, section 3).
public struct MouthLayout: Equatable, Sendable {
    /// m, a multiple of 32, in pixels.
    public let side: Int

    public init(side: Int) {
        precondition(side > 0 && side % 32 == 0, "a mouth of \(side) px")
        self.side = side
    }

    public var width: Int { side + side / 4 }
    public var height: Int { 3 * side / 2 + side / 8 }
    /// The mouth's square.
    public var rows: Range<Int> { side / 2..<side / 2 + side }
    public var columns: Range<Int> { side / 8..<side / 8 + side }

    /// Sets the mouth's square of one picture of 3 planes to 0.
    public func mask(_ picture: UnsafeMutablePointer<Float>) {
        for channel in 0..<3 {
            for row in rows { (picture + (channel * height + row) * width + columns.lowerBound).update(repeating: 0, count: side) }
        }
    }

    /// The mouth's square of pictures, (N, C, height, width) → (N, C, m, m).
    public func mouths(_ pictures: Tensor) -> Tensor {
        // The middles of pixels, so that nothing is blended.
        var places: [Float] = []
        for row in rows {
            for column in columns {
                places.append(Float(2 * column + 1) / Float(width) - 1)
                places.append(Float(2 * row + 1) / Float(height) - 1)
            }
        }
        let count = pictures.shape[0]
        return GridSampling.forward(
            pictures, grid: Tensor((0..<count).flatMap { _ in places }, [count, side, side, 2]))
    }
}
