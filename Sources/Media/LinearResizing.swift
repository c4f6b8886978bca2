extension Picture {
    /// The whole picture at another size, bit for bit as OpenCV's `resize` with linear weights: the weights have 11 bits, nothing is
    /// averaged when shrinking, but for exactly half the size, which is the mean of four pixels.
    public func resizedLinearly(width: Int, height: Int) -> Picture {
        precondition(width > 0 && height > 0, "a picture needs pixels")
        if width == self.width, height == self.height { return self }
        if 2 * width == self.width, 2 * height == self.height { return halved }
        let columns = LinearTaps(from: self.width, to: width), rows = LinearTaps(from: self.height, to: height)
        let stride = 3 * self.width, count = 3 * width
        return Picture(width: width, height: height) { target in
            pixels.withUnsafeBufferPointer { pixels in
                /// The horizontal sums of a row.
                func sums(_ row: Int) -> [Int] {
                    let line = pixels.baseAddress! + row * stride
                    return [Int](unsafeUninitializedCapacity: count) { sums, filled in
                        filled = count
                        for column in 0..<width {
                            let tap = columns[column]
                            for channel in 0..<3 {
                                sums[3 * column + channel] =
                                    tap.near * Int(line[3 * tap.first + channel]) + tap.far * Int(line[3 * tap.second + channel])
                            }
                        }
                    }
                }
                var known: (above: (row: Int, sums: [Int]), below: (row: Int, sums: [Int])) = ((-1, []), (-1, []))
                for row in 0..<height {
                    let tap = rows[row]
                    if known.above.row != tap.first {
                        known.above = known.below.row == tap.first ? known.below : (tap.first, sums(tap.first))
                    }
                    if known.below.row != tap.second {
                        known.below = known.above.row == tap.second ? known.above : (tap.second, sums(tap.second))
                    }
                    let to = target.baseAddress! + row * count
                    for index in 0..<count {
                        let above = (tap.near * (known.above.sums[index] >> 4)) >> 16,
                            below = (tap.far * (known.below.sums[index] >> 4)) >> 16
                        to[index] = UInt8(max(0, min(255, (above + below + 2) >> 2)))
                    }
                }
            }
        }
    }

    /// Half the size: the mean of four pixels, halves up.
    private var halved: Picture {
        let (width, height, stride) = (width / 2, height / 2, 3 * width)
        return Picture(width: width, height: height) { target in
            for row in 0..<height {
                for index in 0..<3 * width {
                    let at = 2 * row * stride + index / 3 * 6 + index % 3
                    let sum = Int(pixels[at]) + Int(pixels[at + 3]) + Int(pixels[at + stride]) + Int(pixels[at + stride + 3])
                    target[row * 3 * width + index] = UInt8((sum + 2) >> 2)
                }
            }
        }
    }

    /// The picture as a square of `size` pixels on a side, resized linearly.
    public func fittedLinearly(toSquare size: Int, _ fit: Fit) -> Picture {
        switch fit {
        case .stretch: return resizedLinearly(width: size, height: size)
        case .crop:
            let side = min(width, height)
            return part(left: (width - side) / 2, top: (height - side) / 2, side: side).resizedLinearly(width: size, height: size)
        case .pad:
            let side = max(width, height)
            return part(left: (width - side) / 2, top: (height - side) / 2, side: side).resizedLinearly(width: size, height: size)
        }
    }

    /// A square of the picture; black beside it.
    private func part(left: Int, top: Int, side: Int) -> Picture {
        if left == 0, top == 0, side == width, side == height { return self }
        var result = Picture(width: side, height: side, red: 0, green: 0, blue: 0)
        let columns = max(0, left)..<min(width, left + side)
        for row in max(0, top)..<min(height, top + side) {
            let from = 3 * (row * width + columns.lowerBound), to = 3 * ((row - top) * side + columns.lowerBound - left)
            result.pixels.replaceSubrange(to..<to + 3 * columns.count, with: pixels[from..<from + 3 * columns.count])
        }
        return result
    }
}

/// For each target pixel along one axis its two source pixels and their weights, in 1/2048.
private struct LinearTaps {
    private var taps: [(first: Int, second: Int, near: Int, far: Int)] = []

    subscript(_ index: Int) -> (first: Int, second: Int, near: Int, far: Int) { taps[index] }

    init(from size: Int, to count: Int) {
        let ratio = Double(size) / Double(count)
        for target in 0..<count {
            let place = Float((Double(target) + 0.5) * ratio - 0.5), floor = place.rounded(.down), part = place - floor
            let first = Int(floor)
            // Beyond the edge both pixels are the edge's, so that the weights only have to sum to 2048.
            let far = Int((2048 * part).rounded(.toNearestOrEven)), near = Int((2048 * (1 - part)).rounded(.toNearestOrEven))
            taps.append((min(max(first, 0), size - 1), min(max(first + 1, 0), size - 1), near, far))
        }
    }
}
