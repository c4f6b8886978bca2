import Foundation

extension Picture {
    /// The whole picture at another size, by the bicubic filter that Pillow's `Image.resize(…, BICUBIC)` uses: a =
    /// −0.5, widened when shrinking (so nothing aliases), first along rows, then along columns, 8 bits in between.
    public func resized(width: Int, height: Int) -> Picture {
        resampled(
            left: 0, top: 0, boxWidth: Double(self.width), boxHeight: Double(self.height), width: width, height: height)
    }

    /// The picture as a square of `size` pixels on a side.
    ///
    /// - Parameters:
    ///   - fit: what happens when it is not square.
    ///   - background: the color beside the picture with `.pad`.
    public func fitted(
        toSquare size: Int, _ fit: Fit, background: (red: UInt8, green: UInt8, blue: UInt8) = (0, 0, 0)
    ) -> Picture {
        switch fit {
        case .stretch: return resized(width: size, height: size)
        case .crop:
            let side = Double(min(width, height))
            return resampled(
                left: (Double(width) - side) / 2, top: (Double(height) - side) / 2, boxWidth: side, boxHeight: side,
                width: size, height: size)
        case .pad:
            let longest = max(width, height)
            let inner = resized(
                width: max(1, (width * size + longest / 2) / longest),
                height: max(1, (height * size + longest / 2) / longest))
            return inner.centered(width: size, height: size, background: background)
        }
    }

    /// A region of the picture, at another size; the filter sees the pixels around the region, as Pillow's `box` does.
    ///
    /// - Parameters: the part's corner and size in this picture's pixels, inside the picture; then the new size.
    package func resampled(left: Double, top: Double, boxWidth: Double, boxHeight: Double, width: Int, height: Int) -> Picture {
        precondition(width > 0 && height > 0, "a picture needs pixels")
        let columns = Taps(from: left, length: boxWidth, of: self.width, to: width)
        let rows = Taps(from: top, length: boxHeight, of: self.height, to: height)
        let narrow = columns.isIdentity ? self : alongRows(columns, only: rows.sources)
        return rows.isIdentity ? narrow : narrow.alongColumns(rows)
    }

    private func centered(
        width: Int, height: Int, background: (red: UInt8, green: UInt8, blue: UInt8)
    ) -> Picture {
        var frame = Picture(
            width: width, height: height, red: background.red, green: background.green, blue: background.blue)
        let left = (width - self.width) / 2
        let top = (height - self.height) / 2
        for y in 0..<self.height {
            let from = y * self.width * 3
            let to = ((top + y) * width + left) * 3
            frame.pixels.replaceSubrange(to..<to + self.width * 3, with: pixels[from..<from + self.width * 3])
        }
        return frame
    }

    /// Filters each row of the range `rows`; the other rows of the result stay black and are not read.
    private func alongRows(_ taps: Taps, only rows: Range<Int>) -> Picture {
        Picture(width: taps.count, height: height) { target in
            target.update(repeating: 0)
            pixels.withUnsafeBufferPointer { source in
                taps.weights.withUnsafeBufferPointer { weights in
                    for y in rows {
                        let line = source.baseAddress! + y * width * 3
                        var out = target.baseAddress! + y * taps.count * 3
                        for x in 0..<taps.count {
                            var pixel = line + taps.starts[x] * 3
                            let tap = weights.baseAddress! + x * taps.span
                            var sum = SIMD4<Int32>(repeating: Taps.half)
                            let last = taps.lengths[x] - 1
                            for index in 0..<last {
                                // A fourth byte, of the next pixel, is multiplied along and not used.
                                let levels = UnsafeRawPointer(pixel).loadUnaligned(as: SIMD4<UInt8>.self)
                                sum &+= tap[index] &* SIMD4<Int32>(truncatingIfNeeded: levels)
                                pixel += 3
                            }
                            if last >= 0 {
                                sum &+= tap[last] &* SIMD4(Int32(pixel[0]), Int32(pixel[1]), Int32(pixel[2]), 0)
                            }
                            out[0] = Taps.clipped(sum.x)
                            out[1] = Taps.clipped(sum.y)
                            out[2] = Taps.clipped(sum.z)
                            out += 3
                        }
                    }
                }
            }
        }
    }

    private func alongColumns(_ taps: Taps) -> Picture {
        let stride = width * 3
        return Picture(width: width, height: taps.count) { target in
            let sums = UnsafeMutablePointer<Int32>.allocate(capacity: stride)
            defer { sums.deallocate() }
            pixels.withUnsafeBufferPointer { source in
                taps.weights.withUnsafeBufferPointer { weights in
                    for y in 0..<taps.count {
                        sums.update(repeating: Taps.half, count: stride)
                        for index in 0..<taps.lengths[y] {
                            let weight = weights[y * taps.span + index]
                            let line = source.baseAddress! + (taps.starts[y] + index) * stride
                            for x in 0..<stride { sums[x] &+= weight &* Int32(line[x]) }
                        }
                        let out = target.baseAddress! + y * stride
                        for x in 0..<stride { out[x] = Taps.clipped(sums[x]) }
                    }
                }
            }
        }
    }
}

/// For each target pixel along one axis, which source pixels it is made of and how much of each.
private struct Taps {
    /// The number of target pixels.
    let count: Int
    /// The first source pixel of each target pixel.
    private(set) var starts: [Int] = []
    /// How many source pixels each target pixel has.
    private(set) var lengths: [Int] = []
    /// The place in `weights` between one target pixel's and the next one's.
    let span: Int
    /// In 2⁻²² units.
    private(set) var weights: [Int32]
    /// Nothing changes along this axis.
    let isIdentity: Bool
    /// The source pixels that any target pixel needs.
    var sources: Range<Int> { (starts.first ?? 0)..<((starts.last ?? 0) + (lengths.last ?? 0)) }

    static let half: Int32 = 1 << 21

    @inline(__always)
    static func clipped(_ sum: Int32) -> UInt8 { UInt8(truncatingIfNeeded: max(0, min(255, sum >> 22))) }

    init(from start: Double, length: Double, of size: Int, to count: Int) {
        self.count = count
        isIdentity = start == 0 && length == Double(size) && count == size
        let scale = length / Double(count)
        let widening = max(1, scale)
        let support = 2 * widening
        span = Int(support.rounded(.up)) * 2 + 1
        weights = [Int32](repeating: 0, count: count * span)
        var exact = [Double](repeating: 0, count: span)
        for target in 0..<count {
            let center = start + (Double(target) + 0.5) * scale
            let first = max(0, Int(center - support + 0.5))
            let end = min(size, Int(center + support + 0.5))
            var sum = 0.0
            for index in 0..<(end - first) {
                exact[index] = Self.bicubic((Double(first + index) - center + 0.5) / widening)
                sum += exact[index]
            }
            for index in 0..<(end - first) {
                let share = sum == 0 ? exact[index] : exact[index] / sum
                weights[target * span + index] = Int32((share * 4_194_304).rounded(.toNearestOrAwayFromZero))
            }
            starts.append(first)
            lengths.append(end - first)
        }
    }

    /// Keys' cubic convolution with a = −0.5.
    private static func bicubic(_ distance: Double) -> Double {
        let x = abs(distance)
        if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
        if x < 2 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
        return 0
    }
}
