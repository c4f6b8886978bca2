import Foundation
import Media
import Tensors

extension Picture {
    /// A square of the picture at the picture's own scale: as many pixels a side as the square has, rounded. Beyond the picture its edge
    /// pixels are repeated. An upright square of whole pixels (see `FaceRectangle.aligned`) is copied; any other upright one is resampled as
    /// Pillow does by its bicubic filter with a = −0.5, and a turned one sampled by that filter.
    ///
    /// - Parameter side: pixels of the result where an upright square that is resampled is wanted larger or smaller; others keep their own.
    public func cut(_ square: FaceRectangle, side: Int? = nil) -> Picture {
        if let whole = square.whole { return copied(left: whole.left, top: whole.top, side: whole.side) }
        let own = max(2, Int(square.side.rounded()))
        return square.angle == 0 ? resampled(square, side: side ?? own) : sampled(square, side: own)
    }

    /// An upright square, from a copy of what the filter reaches.
    private func resampled(_ square: FaceRectangle, side: Int) -> Picture {
        let reach = 3 + Int(2 * square.side / Float(side))
        let left = Int((square.x - square.side / 2).rounded(.down)) - reach, top = Int((square.y - square.side / 2).rounded(.down)) - reach
        let around = copied(left: left, top: top, side: Int(square.side.rounded(.up)) + 2 * reach + 1)
        return around.resampled(
            left: Double(square.x - square.side / 2) - Double(left), top: Double(square.y - square.side / 2) - Double(top),
            boxWidth: Double(square.side), boxHeight: Double(square.side), width: side, height: side)
    }

    private func copied(left: Int, top: Int, side: Int) -> Picture {
        let (width, height) = (width, height)
        return Picture(width: side, height: side) { target in
            let to = target.baseAddress!
            pixels.withUnsafeBufferPointer { pixels in
                // Columns inside the picture are copied at once, those beside it pixel by pixel.
                let inside = max(0, -left)..<max(max(0, -left), min(side, width - left))
                for row in 0..<side {
                    let line = pixels.baseAddress! + min(max(top + row, 0), height - 1) * width * 3, out = to + row * side * 3
                    if !inside.isEmpty {
                        (out + 3 * inside.lowerBound).update(from: line + 3 * (left + inside.lowerBound), count: 3 * inside.count)
                    }
                    for column in 0..<side where !inside.contains(column) {
                        (out + 3 * column).update(from: line + 3 * min(max(left + column, 0), width - 1), count: 3)
                    }
                }
            }
        }
    }

    private func sampled(_ square: FaceRectangle, side: Int) -> Picture {
        let step = 1 / Float(side)
        return Picture(width: side, height: side) { target in
            nonisolated(unsafe) let to = target.baseAddress!
            pixels.withUnsafeBufferPointer { pixels in
                let source = BicubicPixels(pixels: pixels.baseAddress!, width: width, height: height)
                Parallel.ranges(side, grain: 64) { rows in
                    for row in rows {
                        for column in 0..<side {
                            let place = square.place((Float(column) + 0.5) * step, (Float(row) + 0.5) * step)
                            source.write(place.x, place.y, to: to + 3 * (row * side + column))
                        }
                    }
                }
            }
        }
    }
}
