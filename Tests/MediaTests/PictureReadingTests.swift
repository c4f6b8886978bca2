import Files
import Foundation
import Media
import TestSupport
import Testing

@Suite struct PictureReadingTests {
    /// Pillow's pixels: formats, depths, palettes, alpha over white, CMYK, all orientations.
    @Test(arguments: MediaFixture.expected.pictures.keys.sorted())
    func equalsPillow(name: String) throws {
        let shape = MediaFixture.expected.pictures[name]!
        let picture = try Picture.read(MediaFixture.path(name))
        #expect(picture.width == shape.width)
        #expect(picture.height == shape.height)
        let difference = MediaFixture.largestDifference(picture.pixels, MediaFixture.bytes("\(name).rgb"))
        #expect(difference <= shape.tolerance)
        let decoded = try Picture.decode(MediaFixture.bytes(name), name: name)
        #expect(decoded == picture)
    }

    @Test func allCasesAreThere() { #expect(MediaFixture.expected.pictures.count == 31) }

    /// The content decides, not the name.
    @Test func ignoresTheExtension() throws {
        let folder = try TemporaryFolder()
        for (content, name) in [("rgb.png", "a.jpg"), ("orientation-3.jpg", "b.png"), ("lossless.webp", "c")] {
            try FileManager.default.copyItem(atPath: MediaFixture.path(content), toPath: folder.file(name))
            #expect(try Picture.read(folder.file(name)) == Picture.read(MediaFixture.path(content)))
        }
    }

    @Test func takesTheFirstFrameOfVideosAndGIFs() throws {
        for name in ["moving.gif", "plain.mp4", "sound.webm"] {
            let first = try MediaFixture.frames(MediaFixture.path(name))[0].picture
            #expect(try Picture.read(MediaFixture.path(name)) == first)
        }
    }

    @Test func refusesWhatIsNoPicture() throws {
        let folder = try TemporaryFolder()
        func message(_ name: String, _ content: [UInt8]?) -> String {
            if let content { MediaFixture.put(Data(content), at: folder.file(name)) }
            let text = MediaFixture.message { _ = try Picture.read(folder.file(name)) }
            #expect(text.hasPrefix(folder.file(name) + ": "))
            #expect(!text.contains("\n"))
            return String(text.dropFirst(folder.file(name).count + 2))
        }
        #expect(message("absent.png", nil) == "no such file; check the path")
        #expect(
            message("empty.png", [])
                == "expected a picture or video, found an empty file; check that it was copied completely")
        #expect(
            message("text.png", Array("I am no picture at all, only words.\n".utf8))
                == "expected a picture or video, found a text file; choose a PNG, JPEG, WebP, MP4 or WebM file")
        #expect(
            message("noise.jpg", (0..<4000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 >> 3) })
                == "expected a picture or video, found an unknown format; choose a PNG, JPEG, WebP, MP4 or WebM file")
        let text = MediaFixture.message { _ = try Picture.read(folder.path) }
        #expect(text == "\(folder.path): expected a picture or video, found a folder; name a file in it")
        let sound = MediaFixture.message { _ = try Picture.read(MediaFixture.path("only-sound.m4a")) }
        #expect(sound.hasSuffix("expected a picture or video, found sound only; choose a file with a video"))
    }

    /// Cut at any place, a picture is an error and never half a picture.
    @Test(arguments: [
        "rgb.png", "grey16.png", "palette.png", "orientation-1.jpg", "progressive.jpg", "cmyk.jpg", "lossless.webp",
        "lossy.webp", "alpha.webp", "rgb.bmp", "rgb.tiff", "lzw.tiff", "rgb.gif", "rgb.ppm",
    ])
    func refusesTruncatedPictures(name: String) throws {
        let bytes = MediaFixture.bytes(name)
        let whole = try Picture.decode(bytes, name: name)
        for length in [bytes.count / 4, bytes.count / 2, bytes.count * 3 / 4, bytes.count * 9 / 10] {
            var read: Picture?
            let text = MediaFixture.message { read = try Picture.decode(Array(bytes[..<length]), name: name) }
            // What is left out may be no pixels, as a TIFF's trailing tags.
            if let read {
                #expect(read == whole, "\(name) cut to \(length) of \(bytes.count)")
            } else {
                #expect(text.hasPrefix("\(name): ") && text.contains(";"), "\(text)")
            }
        }
    }

    @Test func namesTheTruncatedFormat() {
        let jpeg = MediaFixture.bytes("orientation-1.jpg")
        let text = MediaFixture.message { _ = try Picture.decode(Array(jpeg[..<(jpeg.count - 60)]), name: "a.jpg") }
        #expect(text.hasPrefix("a.jpg: the JPEG picture is cut short or damaged ("))
        #expect(text.hasSuffix("); copy or export it again"))
        let png = MediaFixture.bytes("rgb.png")
        let other = MediaFixture.message { _ = try Picture.decode(Array(png[..<(png.count - 60)]), name: "a.png") }
        #expect(other == "a.png: the PNG picture is cut short or damaged (its end is missing); copy or export it again")
    }

    /// A header is enough to refuse a picture that would not fit in memory.
    @Test func refusesHugePicturesFast() {
        var png = MediaFixture.bytes("rgb.png")
        png.replaceSubrange(16..<24, with: [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30])
        png.replaceSubrange(29..<33, with: Self.checksum(png[12..<29]))
        var jpeg = MediaFixture.bytes("orientation-1.jpg")
        let frame = (0..<jpeg.count - 1).first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 }!
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0x75, 0x30, 0x75, 0x30])
        var bmp = MediaFixture.bytes("rgb.bmp")
        bmp.replaceSubrange(18..<26, with: [0x30, 0x75, 0, 0, 0x30, 0x75, 0, 0])
        var gif = MediaFixture.bytes("rgb.gif")
        gif.replaceSubrange(6..<10, with: [0x30, 0x75, 0x30, 0x75])
        let begin = Date()
        for (bytes, name) in [(png, "a.png"), (jpeg, "a.jpg"), (bmp, "a.bmp"), (gif, "a.gif")] {
            let text = MediaFixture.message { _ = try Picture.decode(bytes, name: name) }
            #expect(text == "\(name): expected at most 100 megapixels, found 30000x30000 pixels; shrink it first")
        }
        #expect(Date().timeIntervalSince(begin) < 2)
    }

    @Test func refusesTinyPictures() throws {
        let folder = try TemporaryFolder()
        for name in ["a.png", "a.jpg", "a.bmp"] {
            try Picture(width: 15, height: 16, red: 9, green: 9, blue: 9).write(to: folder.file(name))
            let text = MediaFixture.message { _ = try Picture.read(folder.file(name)) }
            #expect(text.hasSuffix("expected at least 16x16 pixels, found 15x16; choose a larger picture"))
            try Picture(width: 16, height: 16, red: 9, green: 9, blue: 9).write(to: folder.file(name), overwrite: true)
            #expect(try Picture.read(folder.file(name)).width == 16)
        }
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var value: UInt32 = .max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return (0..<4).map { UInt8(truncatingIfNeeded: ~value >> (24 - 8 * $0)) }
    }
}
