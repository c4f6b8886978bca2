import Files
import Foundation
import Media
import TestSupport
import Testing

/// Times that are stated wrongly, animations that are cut short, and rates that a format has no room for.
@Suite struct FrameTimesTests {
    @Test func aGIFThatIsCutShortIsReadAndSaid() throws {
        let folder = try TemporaryFolder()
        let bytes = MediaFixture.bytes("moving.gif")
        for (cut, warns) in [(0, false), (1, true), (bytes.count / 3, true)] {
            MediaFixture.put(Data(bytes[..<(bytes.count - cut)]), at: folder.file("a.gif"))
            let reader = try FrameReader(folder.file("a.gif"))
            var count = 0
            while try reader.next() != nil { count += 1 }
            #expect(reader.warning == (warns ? "the GIF is cut short: \(count) frames could be read" : nil))
            #expect(cut > 1 ? count < 4 : count == 4)
        }
        // What follows the end does not matter.
        MediaFixture.put(Data(bytes + [1, 2, 3]), at: folder.file("a.gif"))
        let reader = try FrameReader(folder.file("a.gif"))
        while try reader.next() != nil {}
        #expect(reader.warning == nil)
    }

    /// 60 frames a second become 30, evenly; 50 stay, and 25.
    @Test(arguments: [(60, 10, 2), (120, 7, 3), (50, 20, 1), (25, 20, 1)]) func gifRatesAreEvenAndTold(rate: Int, kept: Int, step: Int)
        throws
    {
        let folder = try TemporaryFolder()
        let writer = try VideoWriter(
            path: folder.file("a.gif"), width: 32, height: 32, frameRate: Rational(rate, 1), timeBase: Rational(1, rate))
        for time in 0..<20 { try writer.write(MediaFixture.drawn(width: 32, height: 32, phase: time), time: Int64(time), duration: 1) }
        try writer.finish()
        #expect(writer.frameCount == kept)
        let expected =
            kept < 20 ? "\(20 - kept) of 20 frames were left out, because GIF holds 50 frames a second at most; .mp4 keeps all" : nil
        #expect(writer.warning == expected)
        let frames = try MediaFixture.frames(folder.file("a.gif"))
        #expect(frames.count == kept)
        for (index, frame) in frames.enumerated() {
            #expect(abs(Double(frame.time) - Double(index * step * 100) / Double(rate)) <= 0.5)
        }
    }

    /// A time that is stated twice tells nothing: frames are then as far apart as usual.
    @Test func timesThatRepeatBecomeTheUsual() throws {
        let folder = try TemporaryFolder()
        var bytes = MediaFixture.bytes("plain.mp4")
        // Without the list of edits, which would leave out frames.
        let edits = try #require((0..<bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual("edts".utf8) })
        bytes.replaceSubrange(edits..<edits + 4, with: Array("free".utf8))
        let place = try #require((0..<bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual("stts".utf8) })
        #expect(bytes[place + 8..<place + 20].elementsEqual([0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 2, 0] as [UInt8]))
        // A duration of 0 for all: every frame states the same time.
        bytes.replaceSubrange(place + 16..<place + 20, with: [0, 0, 0, 0])
        MediaFixture.put(Data(bytes), at: folder.file("a.mp4"))
        let frames = try MediaFixture.frames(folder.file("a.mp4")), plain = try MediaFixture.frames(MediaFixture.path("plain.mp4"))
        #expect(frames.count == plain.count)
        let reader = try FrameReader(folder.file("a.mp4"))
        let typical = Int64((1 / (reader.frameRate.value * reader.timeBase.value)).rounded())
        #expect(frames.map(\.time).enumerated().allSatisfy { $1 >= Int64($0) * max(1, typical / 2) }, "\(frames.map(\.time)) \(typical)")
    }

    /// Damage that the decoder fills in is shown, so that no frame is missing, and said.
    @Test func framesWithDamageInThemAreShownAndSaid() throws {
        let folder = try TemporaryFolder()
        var bytes = MediaFixture.bytes("sound.mp4"), mutation = Mutation(seed: 12), shown = 0
        let place = try #require((0..<bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual("mdat".utf8) })
        let count = try MediaFixture.frames(MediaFixture.path("sound.mp4")).count
        for _ in 0..<40 {
            var damaged = bytes
            for _ in 0..<6 { damaged[place + 2000 + mutation.below(bytes.count - place - 2000)] ^= 1 << UInt8(mutation.below(8)) }
            MediaFixture.put(Data(damaged), at: folder.file("a.mp4"))
            guard let reader = try? FrameReader(folder.file("a.mp4")) else { continue }
            var read = 0
            while try reader.next() != nil { read += 1 }
            if read == count, reader.warning?.contains("with damage in them") == true { shown += 1 }
        }
        bytes.removeAll()
        #expect(shown > 3, "\(shown)")
    }
}
