import Foundation
import Tensors

/// A mouth's numbers drawn into the square that is to be painted: where a mouth usually is, an ellipse as open and as broad as they say (red), and
/// how far it is open (green) and broad (blue) all over the square. Not in the paper: a small network reads such a picture at once, and is slow to
/// learn what numbers alone mean where.
package enum MouthSketch {
    /// Of the mouth's middle and half breadth at rest, and of half the height of one that is shut and of one that is wide open, in sides of the
    /// square, from its upper left corner.
    private static let middle: SIMD2<Float> = [0.5, 0.62], reach: Float = 0.17, shut: Float = 0.015, open: Float = 0.15
    /// What wide adds to the breadth, and pucker takes from it.
    private static let broader: Float = 0.2, narrower: Float = 0.3

    /// - Parameters:
    ///   - masked: (N, 3, H, W), black in the mouth's square.
    ///   - rows: (N, 3, L): open, wide and pucker in rows, of which the middle one counts.
    /// - Returns: the pictures with the sketches in their squares.
    package static func drawn(into masked: Tensor, rows: Tensor) -> Tensor {
        let (count, height, width) = (masked.shape[0], masked.shape[2], masked.shape[3]), layout = MouthLayout(side: width * 4 / 5)
        precondition(layout.width == width && layout.height == height, "\(masked.shape) is no face around a mouth")
        let result = Tensor(uninitialized: masked.shape), plane = height * width, length = rows.shape[2]
        result.mutablePointer.update(from: masked.pointer, count: masked.count)
        for sample in 0..<count {
            func number(_ value: Int) -> Float { rows.pointer[(sample * 3 + value) * length + length / 2] }
            let (isOpen, wide, pucker) = (number(0), number(1), number(2)), side = Float(layout.side)
            let half = SIMD2(
                side * reach * (1 + broader * wide - narrower * pucker), side * (shut + (open - shut) * min(max(isOpen, 0), 1.5)))
            let center = middle * side, picture = result.mutablePointer + sample * 3 * plane
            for (y, row) in layout.rows.enumerated() {
                for (x, column) in layout.columns.enumerated() {
                    let from = (SIMD2(Float(x), Float(y)) + 0.5 - center) / half
                    // About how many pixels inside the ellipse.
                    let inside = (1 - (from * from).sum().squareRoot()) * half.y
                    let place = row * width + column
                    picture[place] = min(max(inside + 0.5, 0), 1)
                    picture[plane + place] = min(max(isOpen, 0), 1)
                    picture[2 * plane + place] = min(max(0.5 + 0.25 * (wide - pucker), 0), 1)
                }
            }
        }
        keepAlive(masked)
        keepAlive(rows)
        return result
    }
}
