/// Bilinear sampling of frames; what lies outside repeats the border.
enum FrameSampling {
    /// - Parameters:
    ///   - frame: `size * size * 3` bytes, RGB, top row first.
    ///   - place: x, y; −1 and 1 are the frame's edges.
    /// - Returns: red, green, blue in 0…255, and 0.
    @inline(__always)
    static func pixel(_ frame: UnsafePointer<UInt8>, size: Int, _ place: SIMD2<Float>) -> SIMD4<Float> {
        let scale = Float(size) / 2, last = Float(size - 1)
        let u = min(max((place.x + 1) * scale - 0.5, 0), last), v = min(max((place.y + 1) * scale - 0.5, 0), last)
        let left = Int(u), top = Int(v)
        let right = min(left + 1, size - 1), bottom = min(top + 1, size - 1)
        let fx = u - Float(left), fy = v - Float(top)
        @inline(__always) func levels(_ x: Int, _ y: Int) -> SIMD4<Float> {
            let from = frame + 3 * (y * size + x)
            return SIMD4(Float(from[0]), Float(from[1]), Float(from[2]), 0)
        }
        let above = levels(left, top) * (1 - fx) + levels(right, top) * fx
        let below = levels(left, bottom) * (1 - fx) + levels(right, bottom) * fx
        return above * (1 - fy) + below * fy
    }
}
