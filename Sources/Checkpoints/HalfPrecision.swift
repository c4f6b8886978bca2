/// The two 16-bit floating-point formats, as bit patterns, to and from float32. Rounding is to nearest, ties to even.
package enum HalfPrecision {
    /// The value of an IEEE binary16 pattern; every one has an exact float32.
    package static func float(float16 bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10) & 0x1f
        let fraction = UInt32(bits & 0x3ff)
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            return Float(bitPattern: magnitude.bitPattern | sign)
        case 0x1f:
            return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default:
            return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// The value of a bfloat16 pattern: the upper half of a float32.
    package static func float(bfloat16 bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

    /// The nearest binary16; magnitudes of 65520 and more become infinite, a NaN stays one.
    package static func float16(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        let sign = UInt16(bits >> 16) & 0x8000
        let magnitude = bits & 0x7fff_ffff
        if magnitude > 0x7f80_0000 { return sign | 0x7e00 | UInt16(magnitude >> 13 & 0x1ff) }
        if magnitude >= 0x477f_f000 { return sign | 0x7c00 }
        if magnitude < 0x3880_0000 {
            // Below 2⁻¹⁴ the format counts in steps of 2⁻²⁴; adding ½ leaves that count, rounded, in the lowest bits.
            let shifted = Float(bitPattern: magnitude) + 0.5
            return sign | UInt16(shifted.bitPattern - Float(0.5).bitPattern)
        }
        // The carry out of the fraction steps the exponent, as it should.
        let rounded = magnitude - (112 << 23) + 0xfff + (magnitude >> 13 & 1)
        return sign | UInt16(rounded >> 13)
    }

    /// The nearest bfloat16; a NaN stays one.
    package static func bfloat16(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        if bits & 0x7fff_ffff > 0x7f80_0000 { return UInt16(bits >> 16) | 0x40 }
        return UInt16(truncatingIfNeeded: (UInt64(bits) + 0x7fff + UInt64(bits >> 16 & 1)) >> 16)
    }
}
