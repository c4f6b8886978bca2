import CColor

/// Decoded pixels before their colors are brought to sRGB and transparency is laid over white.
struct RawPicture {
    let width: Int
    let height: Int
    /// 1 (grey), 3 (RGB) or 4 (CMYK, where 255 is full ink).
    let channels: Int
    /// `width * height * channels` values, top row first.
    let pixels: UnsafeMutablePointer<UInt8>
    /// `width * height` values, 255 is opaque; nil where nothing is transparent.
    let alpha: UnsafeMutablePointer<UInt8>?
    let orientation: Orientation

    /// The upright picture, in sRGB, over white.
    ///
    /// - Parameters:
    ///   - profile: its color profile; empty where there is none. One that cannot be used is left out, with a remark.
    ///   - remark: is told so.
    func picture(profile: [UInt8], remark: (String) -> Void) -> Picture {
        let count = width * height
        var rgb = [UInt8](repeating: 0, count: channels == 3 ? 0 : count * 3)
        return rgb.withUnsafeMutableBufferPointer { made in
            let target = channels == 3 ? pixels : made.baseAddress!
            if !(channels == 4 && convertInks(profile, to: target, remark)) {
                if channels == 4 { mixInks(to: target) }
                if channels == 1 { for at in 0..<count { for c in 0..<3 { target[3 * at + c] = pixels[at] } } }
                if !profile.isEmpty {
                    do {
                        if channels == 4 { throw ColorProfile.Problem(words: "is damaged or one for other colors than the picture's") }
                        try profile.withUnsafeBytes {
                            try ColorProfile.apply($0, to: target, width: width, height: height, stride: width * 3)
                        }
                    } catch let problem as ColorProfile.Problem { remark(problem.warning) } catch {}
                }
            }
            if let alpha { Self.layOverWhite(target, alpha, count: count) }
            return orientation.apply(target, width: width, height: height, stride: width * 3)
        }
    }

    /// Inks by their profile; false where it cannot be used.
    private func convertInks(_ profile: [UInt8], to target: UnsafeMutablePointer<UInt8>, _ remark: (String) -> Void) -> Bool {
        guard !profile.isEmpty, let opened = profile.withUnsafeBytes({ try? ColorProfile($0, for: .cmyk) }) else { return false }
        opened.convert(pixels, to: target, count: width * height)
        return true
    }

    /// Inks without a profile: each takes its part of the light.
    private func mixInks(to target: UnsafeMutablePointer<UInt8>) {
        for at in 0..<width * height {
            let key = 255 - Int(pixels[4 * at + 3])
            for c in 0..<3 { target[3 * at + c] = UInt8(((255 - Int(pixels[4 * at + c])) * key + 127) / 255) }
        }
    }

    /// Lays RGB pixels over white where they are transparent.
    static func layOverWhite(_ rgb: UnsafeMutablePointer<UInt8>, _ alpha: UnsafePointer<UInt8>, count: Int) {
        for at in 0..<count where alpha[at] != 255 {
            let opaque = Int(alpha[at])
            for c in 0..<3 { rgb[3 * at + c] = UInt8((Int(rgb[3 * at + c]) * opaque + 255 * (255 - opaque) + 127) / 255) }
        }
    }
}
