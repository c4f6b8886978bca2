import Files
import Foundation
import Media
import TestSupport
import Testing

/// Frames that come in other ways than one after the other in a video: animated WebP, and two fields in a frame.
@Suite struct MovingPicturesTests {
    @Test func animatedWebPIsRead() throws {
        let path = PictureKindsTests.path("moving.webp")
        let frames = try MediaFixture.frames(path)
        #expect(frames.map(\.time) == [0, 50, 170, 370] && frames.map(\.duration) == [50, 120, 200, 70])
        let reference = PictureKindsTests.bytes("moving.webp.rgb"), size = reference.count / 4
        for (index, frame) in frames.enumerated() {
            #expect(frame.picture.pixels.elementsEqual(reference[index * size..<(index + 1) * size]), "frame \(index)")
        }
        let reader = try FrameReader(path)
        #expect(reader.width == 32 && reader.height == 24 && reader.frameCount == 4 && !reader.isStill && reader.warning == nil)
        #expect(abs(reader.frameRate.value - 4 / 0.44) < 1e-3)
        #expect(try Picture.read(path) == frames[0].picture)
    }

    /// As a GIF that is cut short.
    @Test func animatedWebPThatIsCutShortIsReadAndSaid() throws {
        let bytes = PictureKindsTests.bytes("moving.webp")
        let folder = try TemporaryFolder()
        let path = folder.file("cut.webp")
        MediaFixture.put(Data(bytes[..<(bytes.count - 200)]), at: path)
        let reader = try FrameReader(path)
        var count = 0
        while try reader.next() != nil { count += 1 }
        #expect(count == 3 && reader.warning == "the animated WebP is cut short: 3 frames could be read")
        MediaFixture.put(Data(bytes[..<60]), at: path)
        let text = MediaFixture.message { _ = try FrameReader(path) }
        #expect(text == "\(path): the WebP picture is cut short or damaged; copy or export it again")
    }

    @Test func survivesDamagedAnimations() throws {
        let seed = PictureKindsTests.bytes("moving.webp")
        let folder = try TemporaryFolder()
        var mutation = Mutation(seed: Rounds.seed(5)), read = 0, refused = 0
        for _ in 0..<Rounds.times(600) {
            MediaFixture.put(Data(mutation.damage(seed, seed)), at: folder.file("a.webp"))
            do {
                let reader = try FrameReader(folder.file("a.webp"))
                var last: Int64 = -1
                while let frame = try reader.next() {
                    #expect(frame.time > last && frame.duration > 0)
                    last = frame.time
                }
                read += 1
            } catch is FileError { refused += 1 }
        }
        #expect(read > 50 && refused > 50, "\(read) \(refused)")
    }

    /// The moment of the first field is shown; what shows both fields at once is 10 levels or more away from it on average.
    @Test(arguments: ["fields.mpg", "fields.mp4"]) func fieldsBecomeWholeFrames(name: String) throws {
        let frames = try MediaFixture.frames(PictureKindsTests.path(name))
        #expect(frames.count == 8)
        let reference = PictureKindsTests.bytes("fields.rgb"), size = 64 * 48 * 3
        for (index, frame) in frames.enumerated() {
            try #require(frame.picture.pixels.count == size)
            let sum = (0..<size).reduce(0) { $0 + abs(Int(frame.picture.pixels[$1]) - Int(reference[index * size + $1])) }
            // The first has no frame before it to be told from.
            #expect(Double(sum) / Double(size) < (index == 0 ? 9 : 6), "frame \(index): \(Double(sum) / Double(size))")
        }
        // One frame each, as far apart as they were stored.
        let reader = try FrameReader(PictureKindsTests.path(name))
        let seconds = frames.map { Double($0.time) * reader.timeBase.value }
        for (index, second) in seconds.enumerated() { #expect(abs(second - Double(index) / 25) < 1e-3, "\(seconds)") }
    }
}
