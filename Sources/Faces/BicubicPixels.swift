import Media

/// Pixels that are sampled between them, by Keys' cubic convolution with a = −0.5; beyond the edge its pixels are repeated.
struct BicubicPixels: @unchecked Sendable {
    /// RGB, row by row.
    let pixels: UnsafePointer<UInt8>
    let width, height: Int

    /// Writes the levels at a place, in pixels from the picture's corner: the middle of the first pixel is at (½, ½).
    @inline(__always)
    func write(_ x: Float, _ y: Float, to target: UnsafeMutablePointer<UInt8>) {
        // Far places are as good as near ones outside.
        let x = max(-4, min(x, Float(width) + 4)) - 0.5, y = max(-4, min(y, Float(height) + 4)) - 0.5
        // Cutting off what follows the point of a positive number rounds down without a call.
        let left = Int(x + 8) - 8, top = Int(y + 8) - 8
        let across = Self.weights(x - Float(left)), down = Self.weights(y - Float(top))
        var sum = SIMD4<Float>.zero
        for row in 0..<4 {
            let line = pixels + 3 * min(max(top + row - 1, 0), height - 1) * width
            var part = SIMD4<Float>.zero
            for column in 0..<4 {
                let pixel = line + 3 * min(max(left + column - 1, 0), width - 1)
                part += across[column] * SIMD4(Float(pixel[0]), Float(pixel[1]), Float(pixel[2]), 0)
            }
            sum += down[row] * part
        }
        (target[0], target[1], target[2]) = (UInt8(nearest: sum.x), UInt8(nearest: sum.y), UInt8(nearest: sum.z))
    }

    /// Of the two pixels before and the two after a place that lies `t` behind the second.
    @inline(__always)
    private static func weights(_ t: Float) -> SIMD4<Float> {
        let square = t * t, cube = square * t
        return SIMD4(
            -0.5 * cube + square - 0.5 * t, 1.5 * cube - 2.5 * square + 1, -1.5 * cube + 2 * square + 0.5 * t, 0.5 * cube - 0.5 * square)
    }
}
