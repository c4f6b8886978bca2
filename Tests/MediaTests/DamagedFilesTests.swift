import Files
import Foundation
import Media
import TestSupport
import Testing

/// Whatever the bytes are: a picture, or one clear line; never a crash, a hang, or a third kind of error.
@Suite struct DamagedFilesTests {
    @Test func survivesDamagedPictures() throws {
        let names = [
            "rgb.png", "grey16.png", "palette-clear.png", "alpha.png", "turned.png", "orientation-6.jpg",
            "progressive.jpg",
            "cmyk.jpg", "grey.jpg", "lossless.webp", "alpha.webp", "lossy.webp", "turned.webp", "rgb.bmp", "rgb.tiff",
            "lzw.tiff", "turned.tiff", "rgb.gif", "rgb.ppm",
        ]
        let seeds = names.map { MediaFixture.bytes($0) }
        var mutation = Mutation(seed: Rounds.seed(1))
        var pictures = 0
        var refused = 0
        var slowest = 0.0
        for round in 0..<Rounds.times(24_000) {
            let index = round % seeds.count
            let bytes = mutation.damage(seeds[index], seeds[mutation.below(seeds.count)])
            let begin = Date()
            if try isPicture(bytes, name: names[index], round: round) { pictures += 1 } else { refused += 1 }
            slowest = max(slowest, Date().timeIntervalSince(begin))
        }
        // Both ends must be reached, or the damage is of the wrong kind.
        #expect(pictures > 1000)
        #expect(refused > 8000)
        #expect(slowest < (Rounds.areOther ? 60 : 10))
    }

    /// Decodes a damaged picture: a whole one comes of it, or an error of one line that names it, and what is remarked is one line.
    ///
    /// - Returns: whether a picture came of it.
    private func isPicture(_ bytes: [UInt8], name: String, round: Int) throws -> Bool {
        do {
            let picture = try Picture.decode(bytes, name: name) { remark in
                if remark.isEmpty || remark.contains("\n") { Issue.record("round \(round): \(remark)") }
            }
            #expect(picture.pixels.count == picture.width * picture.height * 3)
            return true
        } catch let error as FileError {
            if error.path != name || error.problem.isEmpty || error.description.contains("\n") { Issue.record("round \(round): \(error)") }
            return false
        }
    }

    /// Pictures that libtiff, libheif and LittleCMS read.
    @Test func survivesDamagedPicturesOfOtherLibraries() throws {
        let names = [
            "tiled-lzw.tiff", "jpeg-tiled.tiff", "planes-tiled.tiff", "big-tiled-deflate.tiff", "fax.tiff", "palette.tiff", "half.tiff",
            "inks-profile.tiff", "alpha-multiplied.tiff", "grid.heic", "left.heic", "alpha.heic", "p3.heic", "ten-bits.avif", "alpha.avif",
            "mirrored.avif", "p3.jpg", "inks-profile.jpg", "grey-profile.png", "adobe.webp", "coded.png", "damaged-text.png",
        ]
        let seeds = names.map { PictureKindsTests.bytes($0) }
        var mutation = Mutation(seed: Rounds.seed(4))
        var (pictures, refused) = (0, 0)
        for round in 0..<Rounds.times(6000) {
            let index = round % seeds.count
            let bytes = mutation.damage(seeds[index], seeds[mutation.below(seeds.count)])
            if try isPicture(bytes, name: names[index], round: round) { pictures += 1 } else { refused += 1 }
        }
        // Both ends must be reached, or the damage is of the wrong kind.
        #expect(pictures > 1000, "\(pictures)")
        #expect(refused > 1500, "\(refused)")
    }

    /// libheif warns three times of this picture; the first one is remarked.
    @Test func severalWarningsAreOneRemark() throws {
        let bytes = PictureKindsTests.bytes("three-warnings.avif")
        for _ in 0..<20 {
            var remarks: [String] = []
            let picture = try Picture.decode(bytes, name: "three-warnings.avif") { remarks.append($0) }
            #expect(picture.width > 0 && remarks.count == 1 && remarks[0].contains("is damaged ("), "\(remarks)")
        }
    }

    @Test func survivesDamagedVideos() throws {
        let names = [
            "sound.mp4", "plain.mp4", "variable.mp4", "rotated.mp4", "sound.webm", "moving.gif", "changing-size.h264",
        ]
        let seeds = names.map { MediaFixture.bytes($0) }
        let folder = try TemporaryFolder()
        var mutation = Mutation(seed: Rounds.seed(2))
        var frames = 0
        var refused = 0
        for round in 0..<Rounds.times(700) {
            let index = round % seeds.count
            let bytes = mutation.damage(seeds[index], seeds[mutation.below(seeds.count)])
            let path = folder.file(names[index])
            MediaFixture.put(Data(bytes), at: path)
            do {
                let reader = try FrameReader(path)
                var last: Int64 = -1
                while let frame = try reader.next() {
                    if frame.time <= last || frame.duration <= 0 { Issue.record("round \(round): times go back") }
                    last = frame.time
                    frames += 1
                }
            } catch is FileError {
                refused += 1
            }
        }
        #expect(frames > 2000)
        #expect(refused > 20)
    }

    /// Damaged sound must not bring the writer down, whether it is copied or encoded anew.
    @Test func survivesDamagedSound() throws {
        let names = ["sound.mp4", "sound.webm"]
        let seeds = names.map { MediaFixture.bytes($0) }
        let folder = try TemporaryFolder()
        var mutation = Mutation(seed: Rounds.seed(3))
        let pictures = (0..<5).map { MediaFixture.drawn(width: 32, height: 32, phase: $0) }
        var written = 0
        for round in 0..<Rounds.times(200) {
            let index = round % 2
            let path = folder.file("in-\(names[index])")
            let bytes = mutation.damage(seeds[index], seeds[1 - index])
            MediaFixture.put(Data(bytes), at: path)
            do {
                let start = Double(mutation.below(3)) * 0.2
                let writer = try VideoWriter(
                    path: folder.file(["a.mp4", "a.webm", "a.mkv"][round / 2 % 3]), width: 32, height: 32,
                    frameRate: Rational(5, 1), timeBase: Rational(1, 5),
                    audio: AudioSource(path: path, start: start, end: start + 1), overwrite: true)
                for (time, picture) in pictures.enumerated() {
                    try writer.write(picture, time: Int64(time), duration: 1)
                }
                try writer.finish()
                written += 1
            } catch is FileError {}
        }
        #expect(written > 60)
        #expect(folder.names.allSatisfy { !$0.hasPrefix(".") })
    }
}
