import Foundation
import Media

/// An AVI file of uncompressed pictures, built byte by byte.
public enum AVIFile {
    /// - Parameters:
    ///   - rate: frames a second are rate / scale, as the header states them.
    /// - Returns: the file's bytes.
    public static func bytes(_ pictures: [Picture], rate: Int, scale: Int) -> Data {
        let (width, height) = (pictures[0].width, pictures[0].height)
        let stride = (width * 3 + 3) / 4 * 4, size = stride * height
        let header = chunk(
            "avih",
            numbers([1_000_000 * scale / rate, size * rate / scale, 0, 0x10, pictures.count, 0, 1, size, width, height, 0, 0, 0, 0]))
        let stream = chunk(
            "strh",
            Data("vidsDIB ".utf8) + numbers([0, 0, 0, scale, rate, 0, pictures.count, size, -1, 0, 0, height << 16 | width]))
        let format = chunk("strf", numbers([40, width, height, 24 << 16 | 1, 0, size, 0, 0, 0, 0]))
        let frames = pictures.map { picture -> Data in
            var pixels = Data(count: size)
            for y in 0..<height {
                for x in 0..<width {
                    // From the bottom up, blue first.
                    for channel in 0..<3 {
                        pixels[(height - 1 - y) * stride + 3 * x + 2 - channel] = picture.pixels[3 * (y * width + x) + channel]
                    }
                }
            }
            return chunk("00db", pixels)
        }
        let index = frames.indices.reduce(into: Data()) { $0 += Data("00db".utf8) + numbers([0x10, 4 + $1 * (size + 8), size]) }
        let body = list("hdrl", header + list("strl", stream + format)) + list("movi", frames.reduce(Data(), +)) + chunk("idx1", index)
        return Data("RIFF".utf8) + numbers([body.count + 4]) + Data("AVI ".utf8) + body
    }

    private static func numbers(_ values: [Int]) -> Data {
        values.reduce(into: Data()) { data, value in
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).littleEndian) { data += $0 }
        }
    }

    private static func chunk(_ name: String, _ content: Data) -> Data { Data(name.utf8) + numbers([content.count]) + content }

    private static func list(_ name: String, _ content: Data) -> Data { chunk("LIST", Data(name.utf8) + content) }
}
