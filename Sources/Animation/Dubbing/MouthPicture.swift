import Media
import Operators
import Tensors

/// A crop as the network reads it, and the network's picture as it stands in the frame. The network's size is told by the mouth's side m:
/// its pictures have 5m/4 columns and 13m/8 rows, of which m/2… and m/8… begin the mouth's square.
struct MouthPicture {
    /// m, a multiple of 32, in pixels.
    let side: Int

    var width: Int { side + side / 4 }
    var height: Int { 3 * side / 2 + side / 8 }

    /// The crop of a frame, (1, 3, height, width), RGB in [0, 1]; resized in 8 bits, as the authors do.
    ///
    /// - Parameter isMasked: whether the mouth's square is 0.
    func read(_ frame: Picture, _ crop: MouthCrop, isMasked: Bool) -> Tensor {
        let cut = frame.part(left: crop.left, top: crop.top, width: crop.width, height: crop.height)
        let picture = cut.resizedLinearly(width: width, height: height), size = width * height
        let result = Tensor(uninitialized: [1, 3, height, width]), to = result.mutablePointer
        picture.pixels.withUnsafeBufferPointer { pixels in
            for p in 0..<size {
                for channel in 0..<3 { to[channel * size + p] = Float(pixels[3 * p + channel]) / 255 }
            }
        }
        guard isMasked else { return result }
        for channel in 0..<3 {
            for row in side / 2..<side / 2 + side {
                (to + (channel * height + row) * width + side / 8).update(repeating: 0, count: side)
            }
        }
        return result
    }

    /// Puts the network's picture, (1, 3, height, width) in [0, 1], into a frame.
    func put(_ painted: Tensor, into frame: inout Picture, _ crop: MouthCrop, _ blend: DubbingBlend) {
        let resized = BilinearResizing.forward(Scaling.forward(painted, by: 255), height: crop.height, width: crop.width)
        let (from, size, stride) = (resized.pointer, crop.width * crop.height, frame.width)
        // The authors leave out the lowest quarter of R.
        let rows = blend == .none ? 3 * crop.radius : crop.height
        frame.pixels.withUnsafeMutableBufferPointer { pixels in
            for row in 0..<rows {
                let line = 3 * ((crop.top + row) * stride + crop.left)
                for column in 0..<crop.width {
                    let weight = blend == .none ? 1 : Self.weight(row, column, crop)
                    guard weight > 0 else { continue }
                    for channel in 0..<3 {
                        let own = Float(pixels[line + 3 * column + channel])
                        let level = own + (from[channel * size + row * crop.width + column] - own) * weight
                        // The comparison is false for NaN.
                        pixels[line + 3 * column + channel] = level > 0 ? UInt8(min(level.rounded(), 255)) : 0
                    }
                }
            }
        }
        keepAlive(resized)
    }

    /// How much of the painted picture is seen: 1 in the mouth's square, less and less over a quarter of R around it.
    private static func weight(_ row: Int, _ column: Int, _ crop: MouthCrop) -> Float {
        func beyond(_ place: Int, _ first: Int) -> Float {
            max(Float(first) - Float(place) - 0.5, Float(place) + 0.5 - Float(first + 2 * crop.radius), 0)
        }
        let (x, y) = (beyond(column, crop.mouthLeft), beyond(row, crop.mouthTop))
        let near = 1 - min(1, (x * x + y * y).squareRoot() / Float(crop.radius / 4))
        return near * near * (3 - 2 * near)
    }
}
