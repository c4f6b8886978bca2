import Foundation
import Media
import Tensors

/// A turned square of a picture, resampled to the few pixels that a network takes.
enum RegionSampling {
    /// What lies beyond the picture.
    enum Outside {
        case black
        /// The edge's pixels again.
        case edge
    }

    /// 1.5·2²³, from where on single precision has whole numbers only.
    private static let integers: Float = 12_582_912

    /// RGB levels of a square, pixel by pixel: output pixel (column, row) shows the place (column/side, row/side) of the square, where the
    /// coordinate of a pixel of the picture is its index, bilinearly, rounded to 8 bits.
    ///
    /// - Parameters:
    ///   - side: pixels of the result in each direction.
    ///   - averages: whether a square of more than twice `side` is averaged, so that nothing flickers.
    static func levels(
        of picture: Picture, _ square: FaceRectangle, side: Int, outside: Outside, averages: Bool = false
    ) -> [UInt8] {
        let step = square.side / Float(side)
        let parts = averages && step > 2 ? Int(min(step, 4)) : 1
        let (c, s) = (cos(square.angle) * step, sin(square.angle) * step), corner = square.place(0, 0)
        return [UInt8](unsafeUninitializedCapacity: side * side * 3) { levels, count in
            count = side * side * 3
            let to = levels.baseAddress!
            picture.pixels.withUnsafeBufferPointer { pixels in
                let source = Source(pixels: pixels.baseAddress!, width: picture.width, height: picture.height, outside: outside)
                Parallel.ranges(side, grain: 64) { rows in
                    for row in rows {
                        for column in 0..<side {
                            var sum = SIMD4<Float>.zero
                            for part in 0..<parts * parts {
                                // The mean of places spread evenly around the pixel's own.
                                let u = Float(column) + (Float(part % parts) - Float(parts - 1) / 2) / Float(parts)
                                let v = Float(row) + (Float(part / parts) - Float(parts - 1) / 2) / Float(parts)
                                sum += source.value(corner.x + u * c - v * s, corner.y + u * s + v * c)
                            }
                            // In a number this large one is the last digit: it rounds to the nearest, the even one of two.
                            let mean = (sum / Float(parts * parts) + Self.integers) - Self.integers
                            let place = to + 3 * (row * side + column)
                            (place[0], place[1], place[2]) = (UInt8(mean.x), UInt8(mean.y), UInt8(mean.z))
                        }
                    }
                }
            }
        }
    }

    /// RGB levels as a network takes them: (1, 3, side, side), level·scale + offset.
    static func tensor(_ levels: [UInt8], side: Int, scale: Float, offset: Float) -> Tensor {
        let result = Tensor(uninitialized: [1, 3, side, side]), size = side * side, to = result.mutablePointer
        levels.withUnsafeBufferPointer { levels in
            for pixel in 0..<size {
                for channel in 0..<3 { to[channel * size + pixel] = Float(levels[3 * pixel + channel]) * scale + offset }
            }
        }
        return result
    }

    /// Pixels to sample from.
    private struct Source {
        let pixels: UnsafePointer<UInt8>
        let width, height: Int
        let outside: Outside

        /// Red, green and blue at a place, bilinearly, 0 to 255.
        @inline(__always)
        func value(_ x: Float, _ y: Float) -> SIMD4<Float> {
            // Far places are as good as near ones outside; numbers that are not finite become one of them.
            let x = max(-2, min(x, Float(width) + 1)), y = max(-2, min(y, Float(height) + 1))
            // Cutting off what follows the point of a positive number rounds down without a call.
            let (left, top) = (Int(x + 4) - 4, Int(y + 4) - 4), (fx, fy) = (x - Float(left), y - Float(top))
            let (a, b) = (pixel(left, top), pixel(left + 1, top)), (c, d) = (pixel(left, top + 1), pixel(left + 1, top + 1))
            let upper = a + (b - a) * fx, lower = c + (d - c) * fx
            return upper + (lower - upper) * fy
        }

        @inline(__always)
        private func pixel(_ x: Int, _ y: Int) -> SIMD4<Float> {
            if outside == .black, x < 0 || y < 0 || x >= width || y >= height { return .zero }
            let place = pixels + 3 * (min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1))
            return SIMD4(Float(place[0]), Float(place[1]), Float(place[2]), 0)
        }
    }
}
