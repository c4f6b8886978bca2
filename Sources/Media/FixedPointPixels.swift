/// 8-bit levels that are sampled at places of 1/32 of a pixel; what lies outside is 0.
package struct FixedPointPixels {
    private let pixels: UnsafePointer<UInt8>
    private let width, height, channels: Int

    package init(_ pixels: UnsafePointer<UInt8>, width: Int, height: Int, channels: Int) {
        (self.pixels, self.width, self.height, self.channels) = (pixels, width, height, channels)
    }

    /// Part of a row of the levels moved by a map.
    ///
    /// - Parameters:
    ///   - map: from these pixels to the result's.
    ///   - to: place for the columns' levels.
    package func warp(_ map: PixelMap, columns: Range<Int>, row: Int, to: UnsafeMutablePointer<UInt8>) {
        warp(inverted: map.inverted, columns: columns, row: row, to: to)
    }

    /// - Parameter inverted: six values of the map from the result's pixels to these.
    package func warp(inverted m: [Double], columns: Range<Int>, row: Int, to: UnsafeMutablePointer<UInt8>) {
        func fixed(_ value: Double) -> Int {
            // A place beyond all pictures stays one.
            Int(max(-1e15, min(1e15, (value * 1024).rounded(.toNearestOrEven))))
        }
        m.withUnsafeBufferPointer { m in
            let startX = fixed(m[1] * Double(row) + m[2]) + 16, startY = fixed(m[4] * Double(row) + m[5]) + 16
            var place = to
            for column in columns {
                let x = (startX + fixed(m[0] * Double(column))) >> 5, y = (startY + fixed(m[3] * Double(column))) >> 5
                sample(x >> 5, y >> 5, x & 31, y & 31, to: place)
                place += channels
            }
        }
    }

    @inline(__always)
    private func sample(_ x: Int, _ y: Int, _ fx: Int, _ fy: Int, to: UnsafeMutablePointer<UInt8>) {
        let isInside = x >= 0 && y >= 0 && x + 1 < width && y + 1 < height
        let weights = ((32 - fx) * (32 - fy), fx * (32 - fy), (32 - fx) * fy, fx * fy)
        let corner = (y * width + x) * channels, below = width * channels
        for channel in 0..<channels {
            let sum: Int
            if isInside {
                let at = pixels + corner + channel
                sum =
                    weights.0 * Int(at[0]) + weights.1 * Int(at[channels]) + weights.2 * Int(at[below]) + weights.3
                    * Int(at[below + channels])
            } else {
                sum =
                    weights.0 * level(x, y, channel) + weights.1 * level(x + 1, y, channel) + weights.2 * level(x, y + 1, channel)
                    + weights.3 * level(x + 1, y + 1, channel)
            }
            to[channel] = UInt8((32 * sum + (1 << 14)) >> 15)
        }
    }

    private func level(_ x: Int, _ y: Int, _ channel: Int) -> Int {
        guard x >= 0, y >= 0, x < width, y < height else { return 0 }
        return Int(pixels[(y * width + x) * channels + channel])
    }
}
