import Foundation

/// A change of brightness, contrast, saturation and hue, which also brings levels of 0 to 255 to [−1, 1].
struct ColorChange: Equatable, Sendable {
    /// Factors; 1 changes nothing. Saturation goes from grey (0) over as it is (1) to more; contrast is about middle grey.
    let brightness, contrast, saturation: Float
    /// A turn about the axis of greys, in degrees.
    let hue: Float
    private let red, green, blue: SIMD4<Float>

    static let identity = ColorChange(brightness: 1, contrast: 1, saturation: 1)

    var isIdentity: Bool { brightness == 1 && contrast == 1 && saturation == 1 && hue == 0 }

    init(brightness: Float, contrast: Float, saturation: Float, hue: Float = 0) {
        (self.brightness, self.contrast, self.saturation, self.hue) = (brightness, contrast, saturation, hue)
        // Rec. 601 luma; out = contrast · (brightness · mix(v, luma) − ½) + ½ for v in [0, 1], then doubled less 1.
        let scale = 2 * contrast * brightness / 255
        let luma = SIMD4<Float>(0.299, 0.587, 0.114, 0) * (1 - saturation)
        // The turn's matrix has these three values in each row, one place further on from row to row.
        let angle = hue * .pi / 180, third = (1 - cos(angle)) / 3, side = sin(angle) / Float(3).squareRoot()
        let (own, next, last) = (cos(angle) + third, third - side, third + side)
        red = (SIMD4(own, next, last, 0) * saturation + luma) * scale
        green = (SIMD4(last, own, next, 0) * saturation + luma) * scale
        blue = (SIMD4(next, last, own, 0) * saturation + luma) * scale
    }

    /// - Parameter levels: red, green, blue in 0…255, and 0.
    /// - Returns: in [−1, 1], clamped, and 0.
    @inline(__always)
    func callAsFunction(_ levels: SIMD4<Float>) -> SIMD4<Float> {
        let value = SIMD4((levels * red).sum(), (levels * green).sum(), (levels * blue).sum(), contrast) - contrast
        return value.clamped(lowerBound: SIMD4(repeating: -1), upperBound: SIMD4(repeating: 1))
    }
}
