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
    ///   - averages: whether the picture is made smaller first where the square has at least twice as many pixels, so that nothing flickers.
    static func levels(
        of picture: Picture, _ square: FaceRectangle, side: Int, outside: Outside, averages: Bool = false
    ) -> [UInt8] {
        let step = square.side / Float(side), factor = averages ? Int(max(1, min(step, Self.mostAveraged))) : 1
        return picture.pixels.withUnsafeBufferPointer { pixels in
            let source = Source(pixels: pixels.baseAddress!, width: picture.width, height: picture.height, outside: outside)
            if factor == 1 { return levels(of: source, square, side: side) }
            return levels(of: SmallerPicture(source, around: square, factor: factor), square, side: side)
        }
    }

    private static func levels(of source: some Levels, _ square: FaceRectangle, side: Int) -> [UInt8] {
        let step = square.side / Float(side), (c, s) = (cos(square.angle) * step, sin(square.angle) * step), corner = square.place(0, 0)
        return [UInt8](unsafeUninitializedCapacity: side * side * 3) { levels, count in
            count = side * side * 3
            let to = levels.baseAddress!
            Parallel.ranges(side, grain: 64) { rows in
                for row in rows {
                    for column in 0..<side {
                        let (u, v) = (Float(column), Float(row))
                        let level = source.value(corner.x + u * c - v * s, corner.y + u * s + v * c)
                        // In a number this large one is the last digit: it rounds to the nearest, the even one of two.
                        let rounded = (level + Self.integers) - Self.integers, place = to + 3 * (row * side + column)
                        (place[0], place[1], place[2]) = (UInt8(rounded.x), UInt8(rounded.y), UInt8(rounded.z))
                    }
                }
            }
        }
    }

    /// Pixels of which the mean is taken in each direction, at most.
    private static let mostAveraged: Float = 128

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

    /// What is sampled.
    private protocol Levels {
        /// Red, green and blue at a place of the picture, bilinearly, 0 to 255.
        func value(_ x: Float, _ y: Float) -> SIMD4<Float>
    }

    /// Pixels to sample from.
    private struct Source: Levels {
        let pixels: UnsafePointer<UInt8>
        let width, height: Int
        let outside: Outside

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

        /// Adds the levels of a line's pixels to sums.
        ///
        /// - Parameters:
        ///   - left: the column of the first sum.
        ///   - inside: the columns that are the picture's.
        func add(_ line: Int, left: Int, _ inside: Range<Int>, to sums: UnsafeMutableBufferPointer<UInt16>) {
            if outside == .black, line < 0 || line >= height { return }
            let from = pixels + 3 * min(max(line, 0), height - 1) * width, to = sums.baseAddress!
            for index in 3 * inside.lowerBound..<3 * inside.upperBound { to[index - 3 * left] &+= UInt16(from[index]) }
            guard outside == .edge else { return }
            for place in 0..<sums.count / 3 where !inside.contains(left + place) {
                let pixel = from + 3 * min(max(left + place, 0), width - 1)
                for channel in 0..<3 { to[3 * place + channel] &+= UInt16(pixel[channel]) }
            }
        }

        @inline(__always)
        private func pixel(_ x: Int, _ y: Int) -> SIMD4<Float> {
            if outside == .black, x < 0 || y < 0 || x >= width || y >= height { return .zero }
            let place = pixels + 3 * (min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1))
            return SIMD4(Float(place[0]), Float(place[1]), Float(place[2]), 0)
        }
    }
    /// The part of a picture around a square, each pixel of which is the mean of `factor`² of the picture's.
    private struct SmallerPicture: Levels {
        private let pixels: [SIMD4<Float>]
        private let width, height, factor: Int
        /// The place of the middle of the first pixel.
        private let first: SIMD2<Float>

        init(_ source: Source, around square: FaceRectangle, factor: Int) {
            let corners = [square.place(0, 0), square.place(1, 0), square.place(0, 1), square.place(1, 1)]
            // Far places are as good as near ones outside.
            func range(_ places: [Float], _ extent: Int) -> (start: Int, count: Int) {
                func bounded(_ place: Float) -> Float { max(Float(-2 * factor), min(place, Float(extent + 2 * factor))) }
                let (least, most) = (bounded(places.min()!), bounded(places.max()!)), start = Int(least.rounded(.down)) - factor
                return (start, (Int(most) + 2 * factor - start) / factor)
            }
            let (left, width) = range(corners.map(\.x), source.width), (top, height) = range(corners.map(\.y), source.height)
            let inside = max(left, 0)..<max(left, 0, min(left + width * factor, source.width))
            pixels = [SIMD4<Float>](unsafeUninitializedCapacity: width * height) { pixels, count in
                count = width * height
                let to = pixels.baseAddress!
                Parallel.ranges(height, grain: 32) { rows in
                    var sums = [UInt16](repeating: 0, count: 3 * width * factor)
                    for row in rows {
                        sums.withUnsafeMutableBufferPointer { sums in
                            sums.update(repeating: 0)
                            for line in top + row * factor..<top + (row + 1) * factor { source.add(line, left: left, inside, to: sums) }
                            for column in 0..<width {
                                var sum = SIMD4<Float>.zero
                                for place in column * factor..<(column + 1) * factor {
                                    sum += SIMD4(Float(sums[3 * place]), Float(sums[3 * place + 1]), Float(sums[3 * place + 2]), 0)
                                }
                                to[row * width + column] = sum / Float(factor * factor)
                            }
                        }
                    }
                }
            }
            (self.width, self.height, self.factor) = (width, height, factor)
            first = SIMD2(Float(left), Float(top)) + Float(factor - 1) / 2
        }

        @inline(__always)
        func value(_ x: Float, _ y: Float) -> SIMD4<Float> {
            let u = max(0, min((x - first.x) / Float(factor), Float(width - 1)))
            let v = max(0, min((y - first.y) / Float(factor), Float(height - 1)))
            let (left, top) = (Int(u), Int(v)), (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
            let (fx, fy) = (u - Float(left), v - Float(top))
            let (a, b) = (pixels[top * width + left], pixels[top * width + right])
            let (c, d) = (pixels[bottom * width + left], pixels[bottom * width + right])
            let upper = a + (b - a) * fx, lower = c + (d - c) * fx
            return upper + (lower - upper) * fy
        }
    }
}
