import CColor
import Foundation

/// A picture's color profile (ICC), ready to bring its pixels to sRGB, by relative colorimetry.
final class ColorProfile {
    /// What the pixels are that a profile is for.
    enum Pixels {
        /// 8 bits a sample.
        case grey, rgb, cmyk
        /// 16 bits a sample.
        case deepRGB
    }

    private let transform: OpaquePointer
    /// Whether the colors are sRGB already, to the level.
    let isSRGB: Bool

    /// - Throws: `Problem` where the profile is damaged, or one for other colors.
    init(_ bytes: UnsafeRawBufferPointer, for pixels: Pixels) throws {
        var problem: UnsafePointer<CChar>?
        let channels: Int32 = pixels == .grey ? 1 : pixels == .cmyk ? 4 : 3
        guard let start = bytes.baseAddress,
            let made = color_open_profile(
                start.assumingMemoryBound(to: UInt8.self), bytes.count, channels, pixels == .deepRGB ? 16 : 8, &problem)
        else { throw Problem(words: problem.map { String(cString: $0) } ?? "is empty") }
        transform = made
        isSRGB = color_is_srgb(made) != 0
    }

    deinit { color_close_profile(transform) }

    /// Why a profile is not used.
    struct Problem: Error {
        let words: String
        /// One line for the user.
        var warning: String { "its color profile \(words), and was left out: colors are taken as sRGB" }
    }

    /// Whether the profile is one for grey pictures; it says so itself.
    static func isForGrey(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.count >= 20 && bytes[16..<20].elementsEqual("GRAY".utf8) }

    /// - Parameters:
    ///   - source: `count` pixels of the kind that the profile was opened for.
    ///   - target: gets `count` pixels of RGB; may be the source where that is 8-bit RGB.
    func convert(_ source: UnsafeRawPointer, to target: UnsafeMutablePointer<UInt8>, count: Int) {
        color_convert(transform, source, target, count)
    }

    /// Brings rows of 8-bit RGB to sRGB in place; a profile for grey pictures takes them where all pixels are grey.
    ///
    /// - Parameter stride: bytes from row to row.
    /// - Throws: `Problem`, and leaves the pixels as they are.
    static func apply(_ bytes: UnsafeRawBufferPointer, to rgb: UnsafeMutablePointer<UInt8>, width: Int, height: Int, stride: Int) throws {
        if isForGrey(bytes) {
            let profile = try ColorProfile(bytes, for: .grey)
            for y in 0..<height {
                let row = rgb + y * stride
                for x in 0..<width where row[3 * x] != row[3 * x + 1] || row[3 * x] != row[3 * x + 2] {
                    throw Problem(words: "is one for grey pictures")
                }
            }
            var levels = [UInt8](repeating: 0, count: width)
            for y in 0..<height {
                let row = rgb + y * stride
                for x in 0..<width { levels[x] = row[3 * x] }
                profile.convert(levels, to: row, count: width)
            }
        } else {
            let profile = try ColorProfile(bytes, for: .rgb)
            guard !profile.isSRGB else { return }
            for y in 0..<height { profile.convert(rgb + y * stride, to: rgb + y * stride, count: width) }
        }
    }
}
