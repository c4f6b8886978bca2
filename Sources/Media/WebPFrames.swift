import CWebP
import Files
import Foundation

/// The frames of an animated WebP file.
final class WebPFrames: FrameSource {
    let width: Int
    let height: Int
    let frameRate: Rational
    let timeBase = Rational(1, 1000)
    let frameCount: Int?
    private(set) var warning: String?
    var isStill: Bool { frameCount == 1 }

    private let name: String
    private let movie: OpaquePointer
    /// The whole file, as the decoder reads it; what was missing at its end is left out.
    private let content: UnsafeMutableRawBufferPointer
    private let profile: [UInt8]
    /// Decoded and not yet delivered: the picture and how long it is shown.
    private var first: VideoFrame?
    private var time: Int64 = 0
    private var readCount = 0

    /// - Parameters:
    ///   - name: what errors call it.
    /// - Throws: `FileError` (input) when it is damaged so that no frame can be decoded, or out of the limits of `Picture`.
    init(_ bytes: UnsafeRawBufferPointer, name: String) throws {
        let parts = WebPParts(bytes)
        let content = UnsafeMutableRawBufferPointer.allocate(byteCount: parts.whole.count, alignment: 16)
        content.copyBytes(from: parts.whole)
        let start = content.baseAddress!.assumingMemoryBound(to: UInt8.self)
        var (width, height, count) = (Int32(0), Int32(0), Int32(0))
        var opened: OpaquePointer?
        var problem: FileError? = FileError.damagedMedia(name, what: "WebP picture", words: "")
        if webp_measure(start, content.count, &width, &height, &count) != 0 {
            problem = FileError.mediaSize(name, width: Int(width), height: Int(height))
            if problem == nil {
                opened = webp_open(start, content.count)
                if opened == nil { problem = FileError.damagedMedia(name, what: "WebP picture", words: "") }
            }
        }
        guard problem == nil, let movie = opened else {
            content.deallocate()
            throw problem!
        }
        (self.name, self.movie, self.content, profile) = (name, movie, content, parts.profile)
        (self.width, self.height, frameCount) = (Int(width), Int(height), Int(count))
        let durations = parts.durations
        let total = durations.reduce(0, +)
        frameRate = total > 0 ? Rational(Double(durations.count) * 1000 / Double(total)) : Rational(10, 1)
        if parts.isCutShort { warning = "the animated WebP is cut short: \(count) frames could be read" }
        first = try decode()
        guard first != nil else { throw FileError.damagedMedia(name, what: "WebP picture", words: "") }
    }

    deinit {
        webp_close(movie)
        content.deallocate()
    }

    func next() throws -> VideoFrame? {
        if let first {
            self.first = nil
            return first
        }
        return try decode()
    }

    private func decode() throws -> VideoFrame? {
        var pixels: UnsafePointer<UInt8>?
        var end: Int32 = 0
        let outcome = webp_next(movie, &pixels, &end)
        guard outcome == 1, let pixels else {
            if outcome < 0, warning == nil {
                warning = "the animated WebP is damaged: \(readCount) of \(frameCount ?? 0) frames could be read"
            }
            return nil
        }
        readCount += 1
        let begin = time
        // Frames of no duration are shown for a tenth of a second, as browsers do.
        time = Int64(end) > begin + 10 ? Int64(end) : begin + 100
        return VideoFrame(picture: picture(pixels), time: begin, duration: time - begin)
    }

    private func picture(_ pixels: UnsafePointer<UInt8>) -> Picture {
        let count = width * height
        var alpha = [UInt8](repeating: 255, count: count)
        return Picture(width: width, height: height) { target in
            let rgb = target.baseAddress!
            for at in 0..<count {
                for c in 0..<3 { rgb[3 * at + c] = pixels[4 * at + c] }
                alpha[at] = pixels[4 * at + 3]
            }
            if !profile.isEmpty {
                do {
                    try profile.withUnsafeBytes { try ColorProfile.apply($0, to: rgb, width: width, height: height, stride: width * 3) }
                } catch let problem as ColorProfile.Problem {
                    warning = warning ?? problem.warning
                } catch {}
            }
            RawPicture.layOverWhite(rgb, alpha, count: count)
        }
    }
}
