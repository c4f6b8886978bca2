/// A kind of picture file, told by its first bytes; names of files are not trusted.
enum PictureSignature: String {
    case jpeg = "JPEG"
    case png = "PNG"
    case animatedPNG = "animated PNG"
    case webP = "WebP"
    case animatedWebP = "animated WebP"
    case bmp = "BMP"
    case tiff = "TIFF"
    case gif = "GIF"
    case portable = "PNM"
    case qoi = "QOI"
    case photoshop = "PSD"
    case heic = "HEIC"
    case avif = "AVIF"

    /// What the bytes begin with; nil when it is none of these pictures.
    init?(_ bytes: UnsafeRawBufferPointer) {
        func begins(_ prefix: [UInt8], at offset: Int = 0) -> Bool {
            bytes.count >= offset + prefix.count && prefix.indices.allSatisfy { bytes[offset + $0] == prefix[$0] }
        }
        if begins([0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if begins([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = Self.animates(bytes) ? .animatedPNG : .png
        } else if begins(Array("RIFF".utf8)), begins(Array("WEBP".utf8), at: 8) {
            // The extended header's second bit says that it animates.
            let isExtended = bytes.count > 20 && bytes[12..<16].elementsEqual("VP8X".utf8)
            self = isExtended && bytes[20] & 2 != 0 ? .animatedWebP : .webP
        } else if begins(Array("GIF8".utf8)) {
            self = .gif
        } else if begins([0x49, 0x49, 42, 0]) || begins([0x4D, 0x4D, 0, 42]) || begins([0x49, 0x49, 43, 0]) || begins([0x4D, 0x4D, 0, 43]) {
            self = .tiff
        } else if begins(Array("BM".utf8)), bytes.count >= 18, bytes[15] == 0, bytes[14] <= 124, bytes[14] >= 12 {
            self = .bmp
        } else if begins(Array("qoif".utf8)) {
            self = .qoi
        } else if begins(Array("8BPS".utf8)) {
            self = .photoshop
        } else if bytes.count > 3, bytes[0] == 0x50, (0x31...0x37).contains(bytes[1]),
            [0x20, 0x0A, 0x0D, 0x09].contains(bytes[2])
        {
            self = .portable
        } else if let brand = Self.stillBrand(bytes) {
            self = brand
        } else {
            return nil
        }
    }

    /// What kind of picture the file type box at the beginning names; nil for films, and for pictures in motion.
    private static func stillBrand(_ bytes: UnsafeRawBufferPointer) -> PictureSignature? {
        guard bytes.count >= 16, bytes[4..<8].elementsEqual("ftyp".utf8) else { return nil }
        let stated = (0..<4).reduce(0) { $0 << 8 | Int(bytes[$1]) }
        let end = min(bytes.count, max(16, stated))
        let brands = ([8] + Array(stride(from: 16, through: end - 4, by: 4))).map {
            String(decoding: bytes[$0..<$0 + 4], as: UTF8.self)
        }
        guard ["heic", "heix", "heim", "heis", "mif1", "mif2", "avif", "miaf"].contains(brands[0]) else { return nil }
        return brands.contains("avif") ? .avif : .heic
    }

    /// Whether the file is one picture by its format, rather than the first of several.
    var isOnePicture: Bool { self != .gif && self != .animatedPNG && self != .animatedWebP }

    /// Extensions of files that stand in a folder of frames and must not be skipped in silence when they are damaged.
    static let extensions: Set<String> = [
        "jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "gif", "ppm", "pgm", "pbm", "pnm", "qoi", "psd", "heic", "heif", "avif",
    ]

    /// A PNG file animates when its control chunk stands before the first pixels.
    private static func animates(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var moves = false
        Chunks.eachOfPNG(bytes) { name, _ in
            if name == "acTL" { moves = true }
            return name != "IDAT" && !moves
        }
        return moves
    }
}
