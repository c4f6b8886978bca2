import Foundation
import Media

/// Small pictures and videos that tests draw for themselves.
public enum Samples {
    /// A soft disc on a gradient; `shift` moves it to the right, in parts of the side.
    public static func picture(width: Int = 64, height: Int = 64, shift: Double = 0) -> Picture {
        Picture(width: width, height: height) { pixels in
            for y in 0..<height {
                for x in 0..<width {
                    let u = Double(x) / Double(width) - 0.5 - shift, v = Double(y) / Double(height) - 0.45
                    let inside = 1 / (1 + exp(60 * ((u * u + v * v).squareRoot() - 0.3)))
                    let p = 3 * (y * width + x)
                    pixels[p] = UInt8(40 + 180 * inside)
                    pixels[p + 1] = UInt8(60 + 100 * inside + 40 * Double(y) / Double(height))
                    pixels[p + 2] = UInt8(120 - 40 * inside + 60 * Double(x) / Double(width))
                }
            }
        }
    }

    /// A video of the disc going to and fro, 25 frames a second.
    public static func video(_ path: String, frames: Int, size: Int = 64, rate: Int = 25) throws {
        let writer = try VideoWriter(
            path: path, width: size, height: size, frameRate: Rational(rate, 1), timeBase: Rational(1, rate))
        for frame in 0..<frames {
            try writer.write(
                picture(width: size, height: size, shift: 0.1 * sin(Double(frame) / 4)), time: Int64(frame), duration: 1)
        }
        try writer.finish()
    }
}

extension Samples {
    /// All frames of a video, a folder of pictures or a GIF.
    public static func frames(_ path: String) throws -> [VideoFrame] {
        let reader = try FrameReader(path)
        var frames: [VideoFrame] = []
        while let frame = try reader.next() { frames.append(frame) }
        return frames
    }

    /// The pixels of a picture file, RGB.
    public static func pixels(_ path: String) throws -> Data { Data(try Picture.read(path).pixels) }
}
