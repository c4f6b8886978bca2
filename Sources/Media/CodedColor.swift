import CColor
import CFFmpeg

/// What colors of a video, or of a picture that states it as videos do, mean by their code numbers (ISO/IEC 23091-2, ITU-T H.273).
struct CodedColor: Hashable {
    /// Which red, green and blue.
    let primaries: Int
    /// How numbers stand for light.
    let transfer: Int

    /// The chromaticities x and y of red, green, blue and white.
    private var chromaticities: [(Double, Double)]? {
        switch primaries {
        case 9: return [(0.708, 0.292), (0.170, 0.797), (0.131, 0.046), Self.daylight]
        case 11: return [(0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)]
        case 12: return [(0.680, 0.320), (0.265, 0.690), (0.150, 0.060), Self.daylight]
        default: return nil
        }
    }

    private var curve: CodedTransfer {
        switch transfer {
        case 1, 6, 14, 15: return CodedTransferCamera
        case 8: return CodedTransferLinear
        case 16: return CodedTransferPQ
        case 17: return CodedTransferCinema
        case 18: return CodedTransferHLG
        default: return CodedTransferStandard
        }
    }

    private static let daylight = (0.3127, 0.3290)
    private static let ownPrimaries = [(0.64, 0.33), (0.30, 0.60), (0.15, 0.06), daylight]

    /// What brings these colors to sRGB; nil where they are shown as they are: BT.709 and older primaries, and curves of standard videos.
    var conversion: CodedConversion? {
        let curve = curve
        guard chromaticities != nil || ![CodedTransferStandard, CodedTransferCamera].contains(curve) else { return nil }
        let own = ColorMatrix(toXYZ: Self.ownPrimaries), other = ColorMatrix(toXYZ: chromaticities ?? Self.ownPrimaries)
        let adapted = ColorMatrix.adaptation(from: (chromaticities ?? Self.ownPrimaries)[3], to: Self.daylight)
        let matrix = own.inverse * adapted * other
        return CodedConversion(curve, matrix: matrix.rows, luminance: Array(other.rows[3..<6]))
    }
}
