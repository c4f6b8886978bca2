import Files
import Foundation
import Media
import TestSupport
import Testing

@Suite struct PictureWritingTests {
    private let metadata = MediaMetadata(title: "A title", comment: "Synthetic picture made with lia")

    @Test(arguments: ["a.png", "a.PNG", "a.webp", "a.bmp", "a.tiff", "a.tif"])
    func keepsEveryPixel(name: String) throws {
        let folder = try TemporaryFolder()
        let picture = MediaFixture.drawn(width: 37, height: 29)
        try picture.write(to: folder.file(name), metadata: metadata)
        #expect(try Picture.read(folder.file(name)) == picture)
        #expect(folder.names == [name])
    }

    @Test(arguments: ["a.jpg", "a.jpeg"])
    func writesGoodJPEG(name: String) throws {
        let folder = try TemporaryFolder()
        let picture = try Picture.read(MediaFixture.path("pattern.png"))
        try picture.write(to: folder.file(name), metadata: metadata)
        let read = try Picture.read(folder.file(name))
        let mean = zip(read.pixels, picture.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        #expect(Double(mean) / Double(read.pixels.count) < 3)
        let bytes = [UInt8](FileManager.default.contents(atPath: folder.file(name))!)
        #expect(bytes.starts(with: [0xFF, 0xD8, 0xFF]))
        let comment = [0xFF, 0xFE, 0, 33] + Array("Synthetic picture made with lia".utf8)
        #expect(Data(bytes).range(of: Data(comment)) != nil)
    }

    @Test func writesTextIntoPNG() throws {
        let folder = try TemporaryFolder()
        let picture = MediaFixture.drawn(width: 20, height: 20)
        try picture.write(to: folder.file("a.png"), metadata: metadata)
        let plain = FileManager.default.contents(atPath: folder.file("a.png"))!
        // A chunk's size, name, keyword, text, and the checksum that zlib's crc32 gives for it.
        let title: [UInt8] = [0, 0, 0, 13] + Array("tEXtTitle\0A title".utf8) + [0xDF, 0x7F, 0xD9, 0x91]
        #expect(plain.range(of: Data(title)) != nil)
        #expect(plain.range(of: Data("tEXtComment\0Synthetic picture made with lia".utf8)) != nil)
        try picture.write(to: folder.file("b.png"), metadata: MediaMetadata(comment: "Künstlich"))
        let unicode = FileManager.default.contents(atPath: folder.file("b.png"))!
        #expect(unicode.range(of: Data("iTXtComment\0\0\0\0\0Künstlich".utf8)) != nil)
        #expect(try Picture.read(folder.file("b.png")) == picture)
    }

    @Test(arguments: ["a.webp", "a.tiff"]) func writesXMP(name: String) throws {
        let folder = try TemporaryFolder()
        let picture = MediaFixture.drawn(width: 37, height: 29)
        try picture.write(to: folder.file(name), metadata: MediaMetadata(title: "A title", comment: "Künstlich & <made>"))
        let bytes = try #require(FileManager.default.contents(atPath: folder.file(name)))
        for text in [
            "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">A title</rdf:li>",
            "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">Künstlich &amp; &lt;made&gt;</rdf:li>",
        ] { #expect(bytes.range(of: Data(text.utf8)) != nil) }
        // Where the formats have it: WebP's chunk, with the flag that says so, and TIFF's tag 700.
        if name.hasSuffix("webp") {
            #expect(bytes[12..<16] == Data("VP8X".utf8) && bytes[20] & 4 != 0 && bytes.range(of: Data("XMP ".utf8)) != nil)
        } else {
            #expect(bytes.range(of: Data([0xBC, 0x02])) != nil)
        }
        #expect(try Picture.read(folder.file(name)) == picture)
        // Without any, none.
        try picture.write(to: folder.file(name), overwrite: true)
        #expect(try #require(FileManager.default.contents(atPath: folder.file(name))).range(of: Data("xmpmeta".utf8)) == nil)
    }

    @Test func keepsWhatStandsThere() throws {
        let folder = try TemporaryFolder()
        let picture = MediaFixture.drawn(width: 20, height: 20)
        try picture.write(to: folder.file("a.png"))
        let text = MediaFixture.message { try picture.resized(width: 30, height: 30).write(to: folder.file("a.png")) }
        #expect(text == "\(folder.file("a.png")): exists already; pass --overwrite to replace it")
        #expect(try Picture.read(folder.file("a.png")) == picture)
        try picture.resized(width: 30, height: 30).write(to: folder.file("a.png"), overwrite: true)
        #expect(try Picture.read(folder.file("a.png")).width == 30)
    }

    @Test func namesTheAllowedExtensions() throws {
        let folder = try TemporaryFolder()
        for name in ["a.psd", "a"] {
            let text = MediaFixture.message {
                try MediaFixture.drawn(width: 20, height: 20).write(to: folder.file(name))
            }
            for allowed in [".png", ".jpg", ".mp4", ".webm", ".gif", "found"] { #expect(text.contains(allowed)) }
        }
        #expect(folder.names == [])
    }
}
