/// Red, green and blue, sRGB values of 0 to 1.
typealias Color = SIMD3<Float>

/// A point, or a direction, in a plane: x to the right, y down.
package typealias Point = SIMD2<Float>

extension SIMD3 where Scalar == Float {
    /// The color written as 0xRRGGBB.
    init(_ code: UInt32) {
        self.init(Float(code >> 16 & 0xff) / 255, Float(code >> 8 & 0xff) / 255, Float(code & 0xff) / 255)
    }

    /// Toward white by `amount` (0 to 1).
    func lighter(_ amount: Float) -> Color { self + (Color(repeating: 1) - self) * amount }

    /// Toward black by `amount` (0 to 1).
    func darker(_ amount: Float) -> Color { self * (1 - amount) }

    /// Toward the gray of the same brightness by `amount`; negative makes it more vivid.
    func grayer(_ amount: Float) -> Color {
        let gray = Color(repeating: x * 0.3 + y * 0.59 + z * 0.11)
        return self + (gray - self) * amount
    }

    /// Lays `color` over this one.
    @inline(__always)
    mutating func cover(_ color: Color, _ alpha: Float) { self += (color - self) * alpha }
}
