import Networks
import Tensors

/// Colors that a face has near each place, which bound what is painted there, but for the mouth: a network that takes a dark line of hair or an
/// earring beside the jaw for something of the mouth paints a stain brighter than all that is near. Not in the paper.
package enum NearbyColors {
    /// How far from a place what is near may be, in sides of the mouth's square.
    private static let reach: Float = 0.1

    /// - Parameters:
    ///   - painted: (1, 3, height, width) of the layout.
    ///   - own: the frame as it was, of the same shape and in the same tone.
    ///   - middle: of the mouth, in pixels of both.
    ///   - breadth: half of the mouth's, which is painted freely.
    package static func bounded(
        _ painted: Tensor, by own: Tensor, layout: MouthLayout, middle: SIMD2<Float>, breadth: Float
    ) -> Tensor {
        let (height, width) = (painted.shape[2], painted.shape[3]), size = height * width
        let window = max(1, Int((reach * Float(layout.side)).rounded()))
        let result = Tensor(painted.values, painted.shape), to = result.mutablePointer
        let shares = (0..<size).map { place in
            let from = (SIMD2(Float(place % width), Float(place / width)) + 0.5 - middle) / max(breadth, 1)
            // A jaw that opens takes the lower lip along.
            let beyond = SIMD2(abs(from.x) - 1.15, from.y < 0 ? -from.y - 0.75 : from.y - 1)
            return 1 - Fading.share(4 * beyond.max())
        }
        for channel in 0..<3 {
            let plane = UnsafeBufferPointer(start: own.pointer + channel * size, count: size)
            let least = extreme(plane, height, width, window, min), most = extreme(plane, height, width, window, max)
            for place in 0..<size where shares[place] > 0 {
                let value = to[channel * size + place]
                to[channel * size + place] = value + shares[place] * (min(max(value, least[place]), most[place]) - value)
            }
        }
        keepAlive(own)
        return result
    }

    /// The least or the largest value of a plane within a square around each place: of rows first, and then of columns of these, which takes far
    /// fewer comparisons than each square by itself (`WindowPooling`).
    private static func extreme(
        _ plane: UnsafeBufferPointer<Float>, _ height: Int, _ width: Int, _ window: Int, _ choose: (Float, Float) -> Float
    ) -> [Float] {
        var rows = [Float](repeating: 0, count: plane.count), result = rows
        for row in 0..<height {
            for column in 0..<width {
                let first = row * width
                rows[first + column] = (max(0, column - window)...min(width - 1, column + window)).reduce(plane[first + column]) {
                    choose($0, plane[first + $1])
                }
            }
        }
        for row in 0..<height {
            for column in 0..<width {
                result[row * width + column] = (max(0, row - window)...min(height - 1, row + window)).reduce(rows[row * width + column]) {
                    choose($0, rows[$1 * width + column])
                }
            }
        }
        return result
    }
}
