import Tensors

extension Picture {
    /// The picture moved by a map, bit for bit as OpenCV's `warpAffine` with bilinear weights: places in 1/32 of a pixel, weights of 15 bits,
    /// black outside.
    ///
    /// - Parameters:
    ///   - map: from this picture's pixels to the result's.
    ///   - width, height: of the result.
    public func warped(by map: PixelMap, width: Int, height: Int) -> Picture {
        Picture(width: width, height: height) { target in
            nonisolated(unsafe) let to = target.baseAddress!
            pixels.withUnsafeBufferPointer { pixels in
                let source = FixedPointPixels(pixels.baseAddress!, width: self.width, height: self.height, channels: 3)
                Parallel.ranges(height, grain: 32) { rows in
                    for row in rows {
                        source.warp(map, columns: 0..<width, row: row, to: to + 3 * row * width)
                    }
                }
            }
        }
    }
}
