/// A color to draw with, 8-bit sRGB.
public struct Ink: Equatable, Sendable {
    public let red, green, blue: UInt8

    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) { (self.red, self.green, self.blue) = (red, green, blue) }

    public static let white = Ink(255, 255, 255)
    public static let black = Ink(20, 20, 20)
    public static let grey = Ink(120, 120, 120)

    /// Between this ink (0) and another (1).
    public func mixed(with other: Ink, _ share: Float) -> Ink {
        // The comparison is false for NaN.
        let t = share > 0 ? min(share, 1) : 0
        func mix(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8((Float(a) + (Float(b) - Float(a)) * t).rounded()) }
        return Ink(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }
}
