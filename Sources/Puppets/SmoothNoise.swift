/// Random values at whole numbers, joined smoothly: textures and natural motion.
package enum SmoothNoise {
    /// Uniform in -1…1 at every whole `place`.
    @inline(__always)
    private static func value(_ place: Int32, _ row: Int32, _ seed: UInt32) -> Float {
        var bits =
            UInt32(bitPattern: place) &* 0x9E37_79B1 ^ UInt32(bitPattern: row) &* 0x85EB_CA77 ^ seed &* 0xC2B2_AE3D
        bits ^= bits >> 15
        bits = bits &* 0x2C1B_3C6D
        bits ^= bits >> 12
        bits = bits &* 0x297A_2D39
        bits ^= bits >> 15
        return Float(bits >> 8) * 0x1p-23 - 1
    }

    /// Smooth in -1…1 along a line.
    package static func at(_ x: Float, seed: UInt32) -> Float {
        let floor = x.rounded(.down)
        let place = Int32(floor)
        let t = x - floor
        return mix(value(place, 0, seed), value(place &+ 1, 0, seed), t * t * (3 - 2 * t))
    }

    /// Smooth in -1…1 over a plane.
    package static func at(_ x: Float, _ y: Float, seed: UInt32) -> Float {
        let (left, top) = (x.rounded(.down), y.rounded(.down))
        let (column, row) = (Int32(left), Int32(top))
        let (u, v) = (x - left, y - top)
        let (s, t) = (u * u * (3 - 2 * u), v * v * (3 - 2 * v))
        return mix(
            mix(value(column, row, seed), value(column &+ 1, row, seed), s),
            mix(value(column, row &+ 1, seed), value(column &+ 1, row &+ 1, seed), s), t)
    }
}
