/// A picture: 8-bit sRGB, without alpha.
public struct Picture: Equatable, Sendable {
    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int
    /// Red, green and blue of every pixel, 0 to 255, rows top to bottom without gaps: `width * height * 3` values.
    public var pixels: [UInt8]

    /// A picture from its pixels: `width * height * 3` values, interleaved RGB, top row first.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0 && pixels.count == width * height * 3, "a picture needs 3 values a pixel")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// A picture of one color.
    public init(width: Int, height: Int, red: UInt8, green: UInt8, blue: UInt8) {
        self.init(width: width, height: height) { row in
            for index in stride(from: 0, to: row.count, by: 3) {
                row[index] = red
                row[index + 1] = green
                row[index + 2] = blue
            }
        }
    }

    /// A picture whose `width * height * 3` values `fill` writes; all of them, because they are not cleared before.
    public init(width: Int, height: Int, fill: (UnsafeMutableBufferPointer<UInt8>) throws -> Void) rethrows {
        precondition(width > 0 && height > 0, "a picture needs pixels")
        self.width = width
        self.height = height
        let count = width * height * 3
        pixels = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            try fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            filled = count
        }
    }

    /// A rectangle of the picture; the picture itself where that is the whole.
    ///
    /// - Precondition: it lies in the picture.
    public func part(left: Int, top: Int, width: Int, height: Int) -> Picture {
        precondition(left >= 0 && top >= 0 && left + width <= self.width && top + height <= self.height, "\(left), \(top) of a picture")
        if width == self.width && height == self.height { return self }
        return Picture(width: width, height: height) { target in
            pixels.withUnsafeBufferPointer { pixels in
                for row in 0..<height {
                    (target.baseAddress! + row * width * 3).update(
                        from: pixels.baseAddress! + ((top + row) * self.width + left) * 3, count: width * 3)
                }
            }
        }
    }

    /// The most pixels that a picture or video frame may have: 100 megapixels.
    public static let pixelLimit = 100_000_000
    /// The fewest pixels that a picture or video frame may have on a side.
    public static let smallestSide = 16
}
