import Files
import Foundation
import Media
import TestSupport
import Testing

/// Pictures and videos of kinds and colors that `Tools/fixtures/make_picture_fixtures.py` makes: what other programs read of them is what
/// is read here, as sRGB.
@Suite struct PictureKindsTests {
    struct Shape: Decodable {
        let width: Int
        let height: Int
        /// How far a level may be off, and how far all are on average.
        let largest: Int
        let mean: Double
    }

    static let folder = Fixture.path("pictures")
    static func path(_ name: String) -> String { "\(folder)/\(name)" }
    static func bytes(_ name: String) -> [UInt8] { [UInt8](FileManager.default.contents(atPath: path(name))!) }

    static let expected: [String: Shape] = try! JSONDecoder().decode(
        [String: Shape].self, from: FileManager.default.contents(atPath: path("expected.json"))!)

    @Test(arguments: expected.keys.sorted()) func isReadAsOthersDo(name: String) throws {
        let shape = Self.expected[name]!
        let picture = try Picture.read(Self.path(name)) { _ in }
        #expect(picture.width == shape.width && picture.height == shape.height)
        let reference = Self.bytes("\(name).rgb")
        try #require(picture.pixels.count == reference.count)
        let differences = zip(picture.pixels, reference).map { abs(Int($0) - Int($1)) }
        let mean = Double(differences.reduce(0, +)) / Double(differences.count)
        #expect(differences.max()! <= shape.largest && mean <= shape.mean, "at most \(differences.max()!), \(mean) on average")
        // The picture is no flat one, which would be near many others.
        #expect(Set(picture.pixels).count > 1)
        // As the first frame of what drives, it is the same.
        let frame = try #require(try FrameReader(Self.path(name)).next())
        #expect(frame.picture == picture)
    }

    @Test func allCasesAreThere() { #expect(Self.expected.count == 81) }

    /// What other profiles would have made of the pixels is far from what is read: the conversion is no remark, but done.
    @Test(arguments: ["adobe.webp", "p3.tiff", "adobe.jpg", "grey-profile.jpg", "inks-profile.tiff", "p3.heic", "adobe.avif"])
    func aProfileChangesPixels(name: String) throws {
        let picture = try Picture.read(Self.path(name))
        // The same pixels under a profile that says nothing: its signature is broken.
        var bytes = Self.bytes(name)
        var found = 0
        for at in 0..<bytes.count - 4 where bytes[at..<at + 4].elementsEqual("acsp".utf8) {
            bytes.replaceSubrange(at..<at + 4, with: Array("none".utf8))
            found += 1
        }
        var remarks: [String] = []
        #expect(found == 1)
        let plain = try Picture.decode(bytes, name: name) { remarks.append($0) }
        #expect(remarks.count == 1 && remarks[0].contains("color profile is damaged"), "\(remarks)")
        let differences = zip(picture.pixels, plain.pixels).map { abs(Int($0) - Int($1)) }
        #expect(differences.max()! > 10)
    }

    /// What can be read all the same is read, and said.
    @Test(arguments: [
        ("broken-profile.png", "color profile"), ("broken-profile.jpg", "color profile"), ("damaged-text.png", "tEXt"),
        ("senseless-profile.png", "iCCP"), ("no-end.jpg", "end marker"), ("no-end-progressive.jpg", "end marker"),
    ])
    func whatIsWrongIsSaid(name: String, words: String) throws {
        var remarks: [String] = []
        _ = try Picture.read(Self.path(name)) { remarks.append($0) }
        #expect(remarks.count == 1 && remarks[0].contains(words), "\(remarks)")
        let reader = try FrameReader(Self.path(name))
        while try reader.next() != nil {}
        #expect(reader.warning == remarks.first)
    }

    @Test func soundOnesAreReadWithoutARemark() throws {
        let wrong = [
            "broken-profile.png", "broken-profile.jpg", "damaged-text.png", "senseless-profile.png", "no-end.jpg", "no-end-progressive.jpg",
        ]
        for name in Self.expected.keys where !wrong.contains(name) {
            var remarks: [String] = []
            _ = try Picture.read(Self.path(name)) { remarks.append($0) }
            #expect(remarks.isEmpty, "\(name): \(remarks)")
        }
    }

    /// Checksums of parts that make the pixels stay strict.
    @Test func damagedPixelsOfAPNGAreRefused() throws {
        var bytes = Self.bytes("damaged-text.png")
        let place = (0..<bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual("IDAT".utf8) }!
        bytes[place + 30] ^= 1
        let text = MediaFixture.message { _ = try Picture.decode(bytes, name: "a.png") }
        #expect(text.hasPrefix("a.png: the PNG picture is cut short or damaged"))
    }

    @Test(arguments: ["grid.heic", "ten-bits.avif", "alpha.heic", "tiled-lzw.tiff", "jpeg-tiled.tiff", "big.tiff", "fax.tiff"])
    func refusesTruncatedOnes(name: String) throws {
        let bytes = Self.bytes(name)
        let whole = try Picture.decode(bytes, name: name)
        for length in [bytes.count / 4, bytes.count / 2, bytes.count * 3 / 4, bytes.count * 9 / 10] {
            var read: Picture?
            let text = MediaFixture.message { read = try Picture.decode(Array(bytes[..<length]), name: name) { _ in } }
            if let read {
                #expect(read == whole, "\(name) cut to \(length) of \(bytes.count)")
            } else {
                #expect(text.hasPrefix("\(name): ") && text.contains(";"), "\(text)")
            }
        }
    }

    @Test func pictureKindsThatAreNotReadAreNamed() throws {
        // A raw picture of a camera, told by its color kind.
        var bytes = Self.bytes("grey.tiff")
        let entry = (0..<bytes.count - 12).first { bytes[$0..<$0 + 8].elementsEqual([6, 1, 3, 0, 1, 0, 0, 0]) }!
        bytes.replaceSubrange(entry + 8..<entry + 10, with: [0x23, 0x80])
        let text = MediaFixture.message { _ = try Picture.decode(bytes, name: "a.dng") }
        #expect(text == "a.dng: is a camera's raw picture (DNG), which is not read here; export it as PNG")
    }

    @Test func aFolderNamesThePictureThatItRemarksOn() throws {
        let folder = try TemporaryFolder()
        for (number, name) in ["p3.png", "damaged-text.png", "same.png"].enumerated() {
            try FileManager.default.copyItem(atPath: Self.path(name), toPath: folder.file("\(number).png"))
        }
        let reader = try FrameReader(folder.path)
        while try reader.next() != nil {}
        #expect(reader.warning?.hasPrefix("1.png: a part of the PNG file") == true, "\(reader.warning ?? "none")")
    }
}
