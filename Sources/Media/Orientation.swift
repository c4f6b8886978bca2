/// How stored pixels are to be turned for display; the raw values are Exif's.
enum Orientation: Int, CaseIterable {
    case upright = 1
    case mirrored = 2
    case upsideDown = 3
    case flipped = 4
    case transposed = 5
    case turnedRight = 6
    case transversed = 7
    case turnedLeft = 8

    /// Width and height change places.
    var swapsSides: Bool { rawValue >= 5 }

    /// The orientation that a container's display matrix (3×3, 16.16 fixed point, row vectors) states, to the nearest
    /// quarter turn.
    init(displayMatrix matrix: UnsafePointer<Int32>) {
        let a = Int64(matrix[0])
        let b = Int64(matrix[1])
        let c = Int64(matrix[3])
        let d = Int64(matrix[4])
        let straight = abs(a) + abs(d) >= abs(b) + abs(c)
        switch (straight, straight ? a < 0 : b < 0, straight ? d < 0 : c < 0) {
        case (true, false, false): self = .upright
        case (true, true, false): self = .mirrored
        case (true, true, true): self = .upsideDown
        case (true, false, true): self = .flipped
        case (false, false, false): self = .transposed
        case (false, false, true): self = .turnedRight
        case (false, true, true): self = .transversed
        case (false, true, false): self = .turnedLeft
        }
    }

    /// The orientation in an Exif block (a small TIFF file: byte order, then a directory of 12-byte entries);
    /// `upright` when there is none or the block is damaged.
    init(exif: UnsafeRawBufferPointer) {
        self = .upright
        guard exif.count >= 14 else { return }
        let little = exif[0] == 0x49 && exif[1] == 0x49
        guard little || (exif[0] == 0x4D && exif[1] == 0x4D) else { return }
        func number(_ at: Int, _ bytes: Int) -> Int {
            (0..<bytes).reduce(0) { $0 | Int(exif[at + $1]) << (8 * (little ? $1 : bytes - 1 - $1)) }
        }
        let directory = number(4, 4)
        guard number(2, 2) == 42, directory >= 8, directory <= exif.count - 2 else { return }
        for entry in 0..<number(directory, 2) {
            let at = directory + 2 + entry * 12
            guard at + 12 <= exif.count else { return }
            if number(at, 2) == 0x0112, number(at + 2, 2) == 3, let found = Orientation(rawValue: number(at + 8, 2)) {
                self = found
                return
            }
        }
    }

    /// Turns RGB pixels.
    ///
    /// - Parameters:
    ///   - source: `height` rows of `width` RGB pixels, `stride` bytes apart.
    func apply(_ source: UnsafePointer<UInt8>, width: Int, height: Int, stride: Int) -> Picture {
        // The byte steps in the source for one pixel to the right and one row down in the target, and its first pixel.
        let right: Int
        let down: Int
        let first: Int
        let lastX = (width - 1) * 3
        let lastY = (height - 1) * stride
        switch self {
        case .upright: (first, right, down) = (0, 3, stride)
        case .mirrored: (first, right, down) = (lastX, -3, stride)
        case .upsideDown: (first, right, down) = (lastX + lastY, -3, -stride)
        case .flipped: (first, right, down) = (lastY, 3, -stride)
        case .transposed: (first, right, down) = (0, stride, 3)
        case .turnedRight: (first, right, down) = (lastY, -stride, 3)
        case .transversed: (first, right, down) = (lastX + lastY, -stride, -3)
        case .turnedLeft: (first, right, down) = (lastX, stride, -3)
        }
        let targetWidth = swapsSides ? height : width
        let targetHeight = swapsSides ? width : height
        return Picture(width: targetWidth, height: targetHeight) { target in
            var out = target.baseAddress!
            for y in 0..<targetHeight {
                var pixel = source + first + y * down
                if right == 3 {
                    out.update(from: pixel, count: targetWidth * 3)
                    out += targetWidth * 3
                    continue
                }
                for _ in 0..<targetWidth {
                    out[0] = pixel[0]
                    out[1] = pixel[1]
                    out[2] = pixel[2]
                    out += 3
                    pixel += right
                }
            }
        }
    }
}
