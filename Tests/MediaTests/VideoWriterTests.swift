import Files
import Foundation
import Media
import TestSupport
import Testing

@Suite struct VideoWriterTests {
    private let metadata = MediaMetadata(title: "A title", comment: "Synthetic video made with lia")

    /// Writes an input's frames, with its sound, to `path`.
    private func copy(
        _ input: String, to path: String, from start: Double = 0, to end: Double? = nil, overwrite: Bool = false
    ) throws {
        let reader = try FrameReader(input)
        let writer = try VideoWriter(
            path: path, width: reader.width, height: reader.height, frameRate: reader.frameRate,
            timeBase: reader.timeBase, audio: reader.audio(from: start, to: end), metadata: metadata,
            overwrite: overwrite)
        var first: Int64?
        while let frame = try reader.next() {
            let seconds = Double(frame.time) * reader.timeBase.value
            guard seconds >= start - 1e-6, end.map({ seconds < $0 - 1e-6 }) ?? true else { continue }
            first = first ?? frame.time
            try writer.write(frame.picture, time: frame.time - first!, duration: frame.duration)
        }
        try writer.finish()
    }

    /// Frames of `count` 40-millisecond steps.
    private func write(_ count: Int, to path: String, width: Int = 48, height: Int = 32, overwrite: Bool = false) throws
    {
        let writer = try VideoWriter(
            path: path, width: width, height: height, frameRate: Rational(25, 1), timeBase: Rational(1, 25),
            metadata: metadata, overwrite: overwrite)
        for index in 0..<count {
            try writer.write(
                MediaFixture.drawn(width: width, height: height, phase: index), time: Int64(index), duration: 1)
        }
        try writer.finish()
    }

    @Test(arguments: ["a.mp4", "a.mov", "a.mkv", "a.webm"])
    func keepsFrames(name: String) throws {
        let folder = try TemporaryFolder()
        try write(12, to: folder.file(name))
        #expect(folder.names == [name])
        let frames = try MediaFixture.frames(folder.file(name))
        #expect(frames.count == 12)
        for (index, frame) in frames.enumerated() {
            let drawn = MediaFixture.drawn(width: 48, height: 32, phase: index)
            let sum = zip(frame.picture.pixels, drawn.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
            #expect(Double(sum) / Double(drawn.pixels.count) < 7, "\(name) frame \(index)")
        }
        let bytes = FileManager.default.contents(atPath: folder.file(name))!
        #expect(bytes.range(of: Data("Synthetic video made with lia".utf8)) != nil)
        #expect(bytes.range(of: Data("A title".utf8)) != nil)
    }

    /// Browsers start to play when the index stands before the frames.
    @Test func putsTheIndexFirst() throws {
        let folder = try TemporaryFolder()
        try write(12, to: folder.file("a.mp4"))
        let bytes = FileManager.default.contents(atPath: folder.file("a.mp4"))!
        #expect(
            try #require(bytes.range(of: Data("moov".utf8))).lowerBound
                < #require(bytes.range(of: Data("mdat".utf8))).lowerBound)
    }

    @Test(arguments: [("bt709", "mp4"), ("smpte170m", "webm"), ("bt709", "webm"), ("smpte170m", "mp4")])
    func keepsColors(matrix: String, ending: String) throws {
        let folder = try TemporaryFolder()
        let name = "colors-\(matrix)-tv.mp4"
        try copy(MediaFixture.path(name), to: folder.file("a.\(ending)"))
        let colors = try #require(MediaFixture.expected.videos[name]?.colors)
        let picture = try MediaFixture.frames(folder.file("a.\(ending)"))[0].picture
        for (index, color) in colors.enumerated() {
            let at = ((index / 3 * 24 + 12) * 72 + index % 3 * 24 + 12) * 3
            for channel in 0..<3 { #expect(abs(Int(picture.pixels[at + channel]) - color[channel]) <= 6) }
        }
    }

    @Test(arguments: ["mp4", "mov", "webm", "mkv"])
    func keepsVariableTimes(ending: String) throws {
        let folder = try TemporaryFolder()
        let source = try FrameReader(MediaFixture.path("variable.mp4"))
        try copy(MediaFixture.path("variable.mp4"), to: folder.file("a.\(ending)"))
        let written = try FrameReader(folder.file("a.\(ending)"))
        if ending == "mp4" { #expect(written.timeBase == source.timeBase) }
        var count = 0
        while let wanted = try source.next() {
            let found = try #require(try written.next())
            let time = { (ticks: Int64, base: Rational) in Double(ticks) * base.value }
            #expect(abs(time(found.time, written.timeBase) - time(wanted.time, source.timeBase)) < 1e-9)
            if ending == "mp4" || ending == "mov" {
                #expect(abs(time(found.duration, written.timeBase) - time(wanted.duration, source.timeBase)) < 1e-9)
            }
            count += 1
        }
        #expect(count == 8)
        #expect(try written.next() == nil)
    }

    @Test func keepsTheLastFramesDuration() throws {
        let folder = try TemporaryFolder()
        let durations: [Int64] = [1001, 1001, 3003, 500, 9000]
        let writer = try VideoWriter(
            path: folder.file("a.mp4"), width: 32, height: 32, frameRate: Rational(30000, 1001),
            timeBase: Rational(1, 30000))
        var time: Int64 = 0
        for (index, duration) in durations.enumerated() {
            try writer.write(MediaFixture.drawn(width: 32, height: 32, phase: index), time: time, duration: duration)
            time += duration
        }
        try writer.finish()
        #expect(try FrameReader(folder.file("a.mp4")).timeBase == Rational(1, 30000))
        #expect(try MediaFixture.frames(folder.file("a.mp4")).map(\.duration) == durations)
    }

    @Test func writesGIFs() throws {
        let folder = try TemporaryFolder()
        try copy(MediaFixture.path("moving.gif"), to: folder.file("a.gif"))
        #expect(folder.names == ["a.gif"])
        let wanted = try MediaFixture.frames(MediaFixture.path("moving.gif"))
        let found = try MediaFixture.frames(folder.file("a.gif"))
        #expect(found.map(\.time) == wanted.map(\.time) && found.map(\.duration) == wanted.map(\.duration))
        for (left, right) in zip(found, wanted) {
            let sum = zip(left.picture.pixels, right.picture.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
            #expect(Double(sum) / Double(left.picture.pixels.count) < 8)
        }
        let bytes = FileManager.default.contents(atPath: folder.file("a.gif"))!
        // Netscape's block with a count of 0 loops for ever.
        #expect(bytes.range(of: Data(Array("NETSCAPE2.0".utf8) + [3, 1, 0, 0])) != nil)
        #expect(
            bytes.range(of: Data([0x21, 0xFE, 29] + Array("Synthetic video made with lia".utf8) + [0, 0x3B])) != nil)
    }

    /// Hundredths of a second cannot say 1/30 s: delays of 3, 4 and 3 hundredths come round.
    @Test func thirtyFramesASecondAreEvenInGIFs() throws {
        let folder = try TemporaryFolder()
        let writer = try VideoWriter(
            path: folder.file("a.gif"), width: 32, height: 32, frameRate: Rational(30, 1), timeBase: Rational(1, 30))
        for index in 0..<6 {
            try writer.write(MediaFixture.drawn(width: 32, height: 32, phase: index), time: Int64(index), duration: 1)
        }
        try writer.finish()
        let reader = try FrameReader(folder.file("a.gif"))
        var times: [Double] = []
        while let frame = try reader.next() { times.append((Double(frame.time) * reader.timeBase.value * 100).rounded()) }
        #expect(times == [0, 3, 7, 10, 13, 17])
    }

    /// Browsers slow frames of less than 2/100 s down.
    @Test func thinsFastGIFs() throws {
        let folder = try TemporaryFolder()
        let writer = try VideoWriter(
            path: folder.file("a.gif"), width: 32, height: 32, frameRate: Rational(120, 1), timeBase: Rational(1, 120))
        for index in 0..<60 {
            try writer.write(MediaFixture.drawn(width: 32, height: 32, phase: index), time: Int64(index), duration: 1)
        }
        try writer.finish()
        let frames = try MediaFixture.frames(folder.file("a.gif"))
        #expect((18...25).contains(frames.count))
        #expect(frames.allSatisfy { $0.duration >= 2 })
        #expect(abs(Int(frames.last!.time + frames.last!.duration) - 50) <= 1)
    }

    @Test func writesFolders() throws {
        let folder = try TemporaryFolder()
        try write(3, to: folder.file("out/"))
        #expect(folder.names == ["out"])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).sorted()
        #expect(names == ["frame-000001.png", "frame-000002.png", "frame-000003.png"])
        for (index, frame) in try MediaFixture.frames(folder.file("out")).enumerated() {
            #expect(frame.picture == MediaFixture.drawn(width: 48, height: 32, phase: index))
        }
        // Its own frames may be replaced, nobody else's files.
        try write(2, to: folder.file("out/"), overwrite: true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).count == 2)
        MediaFixture.put(Data(), at: folder.file("out/diary.txt"))
        #expect(MediaFixture.message { try write(1, to: folder.file("out/"), overwrite: true) }.contains("diary.txt"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).count == 3)
    }

    @Test func writesOnePicture() throws {
        let folder = try TemporaryFolder()
        try write(1, to: folder.file("a.png"))
        #expect(try Picture.read(folder.file("a.png")) == MediaFixture.drawn(width: 48, height: 32))
        let text = MediaFixture.message { try write(2, to: folder.file("b.png")) }
        #expect(text.contains("holds one picture, but there are more frames"))
        #expect(folder.names == ["a.png"])
    }

    @Test func takesOddSizesWhereTheCodecDoes() throws {
        let folder = try TemporaryFolder()
        for name in ["a.webm", "a.gif", "out/"] {
            try write(2, to: folder.file("") + "/" + name, width: 33, height: 27)
            #expect(try FrameReader(folder.file(name)).width == 33)
        }
        for name in ["a.mp4", "a.mov", "a.mkv"] {
            let text = MediaFixture.message { try write(2, to: folder.file(name), width: 33, height: 32) }
            #expect(text.contains("needs an even width and height, found 33x32"))
        }
        #expect(folder.names == ["a.gif", "a.webm", "out"])
    }

    // MARK: Sound

    /// The packets of a file's sound, as our own reader of MP4 tables finds them.
    private func copiedSound(_ path: String) throws -> Data {
        let bytes = FileManager.default.contents(atPath: path)!
        return try MovieSamples(bytes).sound
    }

    @Test func copiesSoundByteForByte() throws {
        let folder = try TemporaryFolder()
        try copy(MediaFixture.path("sound.mp4"), to: folder.file("a.mp4"))
        let wanted = try copiedSound(MediaFixture.path("sound.mp4"))
        #expect(wanted.count > 3000)
        #expect(try copiedSound(folder.file("a.mp4")) == wanted)
        #expect(try FrameReader(folder.file("a.mp4")).hasAudio)
    }

    @Test func cutsSound() throws {
        let folder = try TemporaryFolder()
        try copy(MediaFixture.path("sound.mp4"), to: folder.file("a.mp4"), from: 0.4, to: 0.8)
        #expect(try MediaFixture.frames(folder.file("a.mp4")).count == 10)
        let wanted = try copiedSound(MediaFixture.path("sound.mp4"))
        let found = try copiedSound(folder.file("a.mp4"))
        let place = try #require(wanted.range(of: found))
        // A packet is 23 ms of the second.
        #expect(abs(Double(place.lowerBound) / Double(wanted.count) - 0.38) < 0.06)
        #expect(abs(Double(found.count) / Double(wanted.count) - 0.42) < 0.06)
    }

    @Test(arguments: ["webm", "mkv", "mov"])
    func carriesSoundElsewhere(ending: String) throws {
        let folder = try TemporaryFolder()
        try copy(MediaFixture.path("sound.mp4"), to: folder.file("a.\(ending)"))
        let reader = try FrameReader(folder.file("a.\(ending)"))
        #expect(reader.hasAudio)
        #expect(abs(try #require(reader.duration) - 1) < 0.1)
        #expect(try MediaFixture.frames(folder.file("a.\(ending)"))[0].time == 0)
        // And back.
        try copy(folder.file("a.\(ending)"), to: folder.file("b.mp4"))
        let samples = try MovieSamples(FileManager.default.contents(atPath: folder.file("b.mp4"))!)
        #expect(abs(samples.soundSeconds - 1) < 0.1)
    }

    @Test func encodesOpusForMovies() throws {
        let folder = try TemporaryFolder()
        try copy(MediaFixture.path("sound.webm"), to: folder.file("a.mp4"), from: 0.2, to: 0.8)
        let samples = try MovieSamples(FileManager.default.contents(atPath: folder.file("a.mp4"))!)
        #expect(abs(samples.soundSeconds - 0.6) < 0.05)
    }

    @Test func staysSilentWithoutSound() throws {
        let folder = try TemporaryFolder()
        try copy(MediaFixture.path("plain.mp4"), to: folder.file("a.mp4"))
        #expect(try !FrameReader(folder.file("a.mp4")).hasAudio)
        #expect(try FrameReader(MediaFixture.path("plain.mp4")).audio() == nil)
        try copy(MediaFixture.path("sound.mp4"), to: folder.file("a.gif"))
        #expect(try VideoWriter.carriesAudio("a.webm") && !VideoWriter.carriesAudio("a.gif"))
    }

    @Test func tellsOfSoundThatIsLost() throws {
        let folder = try TemporaryFolder()
        var bytes = Data(MediaFixture.bytes("sound.mp4"))
        for name in ["mp4a", "esds"] {
            bytes.replaceSubrange(try #require(bytes.range(of: Data(name.utf8))), with: Data("zzzz".utf8))
        }
        MediaFixture.put(bytes, at: folder.file("odd.mp4"))
        for (path, isLost) in [(folder.file("odd.mp4"), true), (MediaFixture.path("sound.mp4"), false)] {
            let writer = try VideoWriter(
                path: folder.file("a.mp4"), width: 32, height: 32, frameRate: Rational(25, 1),
                timeBase: Rational(1, 25), audio: AudioSource(path: path), overwrite: true)
            #expect((writer.warning != nil) == isLost)
            try writer.write(MediaFixture.drawn(width: 32, height: 32), time: 0, duration: 1)
            try writer.finish()
            #expect(try FrameReader(folder.file("a.mp4")).hasAudio == !isLost)
        }
    }

    /// The fixture has a title of its own.
    @Test func copiesNoMetadata() throws {
        let folder = try TemporaryFolder()
        #expect(Data(MediaFixture.bytes("sound.mp4")).range(of: Data("private".utf8)) != nil)
        for name in ["a.mp4", "a.mkv"] {
            try copy(MediaFixture.path("sound.mp4"), to: folder.file(name))
            let bytes = FileManager.default.contents(atPath: folder.file(name))!
            #expect(bytes.range(of: Data("private".utf8)) == nil)
        }
    }

    // MARK: What goes wrong

    @Test(arguments: ["a.mp4", "a.webm", "a.gif", "a.png", "out/"])
    func leavesNothingWhenAbandoned(name: String) throws {
        let folder = try TemporaryFolder()
        do {
            let writer = try VideoWriter(
                path: folder.path + "/" + name, width: 32, height: 32, frameRate: Rational(25, 1),
                timeBase: Rational(1, 25))
            try writer.write(MediaFixture.drawn(width: 32, height: 32), time: 0, duration: 1)
            #expect(folder.names.count == 1 && folder.names[0].hasPrefix("."))
        }
        #expect(folder.names == [])
        let text = MediaFixture.message { try write(0, to: folder.path + "/" + name) }
        #expect(text.hasSuffix("not written, because there was no frame"))
        #expect(folder.names == [])
    }

    @Test func refusesPlacesAtOnce() throws {
        let folder = try TemporaryFolder()
        func message(_ name: String) -> String { MediaFixture.message { try write(1, to: folder.file(name)) } }
        #expect(message("absent/a.mp4").hasSuffix("its folder does not exist; create it first"))
        MediaFixture.put(Data("mine".utf8), at: folder.file("a.mp4"))
        #expect(message("a.mp4").hasSuffix("exists already; pass --overwrite to replace it"))
        #expect(FileManager.default.contents(atPath: folder.file("a.mp4")) == Data("mine".utf8))
        let text = message("a.avi")
        for allowed in [".mp4", ".mov", ".webm", ".gif", ".png", "/", "found .avi"] { #expect(text.contains(allowed)) }
        #expect(folder.names == ["a.mp4"])
        #expect(message("b:c 100%.mp4") == "no error")
    }

    /// Only where a small disk can be mounted.
    @Test(.enabled(if: SmallDisk.isPossible), arguments: ["a.mp4", "a.webm", "a.gif", "out/", "a.bmp"])
    func tellsOfAFullDisk(name: String) throws {
        let disk = try #require(SmallDisk())
        var noise = UInt32(1)
        let text = MediaFixture.message {
            let writer = try VideoWriter(
                path: disk.path + "/" + name, width: 256, height: 256, frameRate: Rational(25, 1),
                timeBase: Rational(1, 25))
            for time in 0..<(name == "a.bmp" ? 1 : 90) {
                let picture = Picture(width: 256, height: 256) { pixels in
                    for index in pixels.indices {
                        noise = noise &* 1_664_525 &+ 1_013_904_223
                        pixels[index] = UInt8(truncatingIfNeeded: noise >> 24)
                    }
                }
                try writer.write(picture, time: Int64(time), duration: 1)
            }
            try writer.finish()
        }
        #expect(text.hasSuffix("the disk is full; nothing was written"), "\(text)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == [])
    }
}
