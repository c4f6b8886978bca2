import Files
import Foundation
import Media
import TestSupport
import Testing

@Suite struct FrameReaderTests {
    /// Patches whose YCbCr values were computed outside FFmpeg, for every matrix and range.
    @Test(arguments: ["bt709", "smpte170m", "bt2020nc"], ["tv", "pc"])
    func convertsColors(matrix: String, range: String) throws {
        let name = "colors-\(matrix)-\(range).mp4"
        let frames = try MediaFixture.frames(MediaFixture.path(name))
        #expect(frames.count == 2)
        let colors = try #require(MediaFixture.expected.videos[name]?.colors)
        #expect(colors.count == 6)
        for frame in frames {
            for (index, color) in colors.enumerated() {
                let at = ((index / 3 * 24 + 12) * 72 + index % 3 * 24 + 12) * 3
                for channel in 0..<3 {
                    #expect(abs(Int(frame.picture.pixels[at + channel]) - color[channel]) <= 3, "\(name) \(color)")
                }
            }
        }
    }

    @Test func turnsAsTheDisplayMatrixSays() throws {
        let frames = try MediaFixture.frames(MediaFixture.path("rotated.mp4"))
        #expect(frames.count == 8)
        #expect(frames[0].picture.width == 48 && frames[0].picture.height == 64)
        let wanted = MediaFixture.bytes("rotated.mp4.rgb")
        #expect(frames[0].picture.pixels.count == wanted.count)
        // Another scaler's chroma, hence the mean; any other turn is off by 30 or more.
        let sum = zip(frames[0].picture.pixels, wanted).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        #expect(Double(sum) / Double(wanted.count) < 6)
        let reader = try FrameReader(MediaFixture.path("rotated.mp4"))
        #expect(reader.width == 48 && reader.height == 64)
    }

    @Test func keepsVariableTimes() throws {
        let reader = try FrameReader(MediaFixture.path("variable.mp4"))
        let wanted = try #require(MediaFixture.expected.videos["variable.mp4"]?.milliseconds)
        var times: [Double] = []
        while let frame = try reader.next() {
            times.append(Double(frame.time) * reader.timeBase.value * 1000)
            #expect(frame.duration > 0)
        }
        #expect(times.map { Int($0.rounded()) } == wanted)
        #expect(wanted.count == 8)
        #expect(reader.warning == nil)
    }

    @Test func readsGIFs() throws {
        let reader = try FrameReader(MediaFixture.path("moving.gif"))
        let wanted = try #require(MediaFixture.expected.videos["moving.gif"])
        var frames: [VideoFrame] = []
        while let frame = try reader.next() { frames.append(frame) }
        let milliseconds = { (ticks: Int64) in Int((Double(ticks) * reader.timeBase.value * 1000).rounded()) }
        #expect(frames.map { milliseconds($0.time) } == wanted.milliseconds)
        #expect(milliseconds(frames.last!.duration) == wanted.last)
        let pixels = frames.flatMap(\.picture.pixels)
        #expect(MediaFixture.largestDifference(pixels, MediaFixture.bytes("moving.gif.rgb")) == 0)
        #expect(!reader.isStill && !reader.hasAudio)
    }

    @Test func statesWhatItReads() throws {
        let reader = try FrameReader(MediaFixture.path("sound.mp4"))
        #expect(reader.width == 64 && reader.height == 48)
        #expect(reader.frameRate == Rational(25, 1))
        #expect(reader.frameCount == 25)
        #expect(reader.hasAudio && !reader.isStill)
        #expect(abs(try #require(reader.duration) - 1) < 0.001)
        var count: Int64 = 0
        while let frame = try reader.next() {
            #expect(Double(frame.time) * reader.timeBase.value == Double(count) / 25)
            #expect(Double(frame.duration) * reader.timeBase.value == 1.0 / 25)
            count += 1
        }
        #expect(count == 25)
        #expect(try reader.next() == nil)
        let webm = try FrameReader(MediaFixture.path("sound.webm"))
        #expect(webm.hasAudio)
        #expect(try MediaFixture.frames(MediaFixture.path("sound.webm")).count == 25)
    }

    @Test func squaresPixels() throws {
        let reader = try FrameReader(MediaFixture.path("wide-pixels.mp4"))
        #expect(reader.width == 128 && reader.height == 48)
    }

    @Test func followsSizesThatChange() throws {
        let frames = try MediaFixture.frames(MediaFixture.path("changing-size.h264"))
        #expect(frames.map(\.picture.width) == [64, 64, 64, 48, 48, 48])
        #expect(frames.map(\.picture.height) == [48, 48, 48, 64, 64, 64])
        #expect(zip(frames, frames.dropFirst()).allSatisfy { $0.time < $1.time })
    }

    @Test func readsFoldersInNaturalOrder() throws {
        let folder = try TemporaryFolder()
        let order = ["frame2.png", "frame10.jpg", "frame010b.png", "frame100.png", "other1.bmp"]
        for (index, name) in order.enumerated().reversed() {
            try Picture(width: 16 + index, height: 20, red: 0, green: 0, blue: 0).write(to: folder.file(name))
        }
        try "words".write(toFile: folder.file("notes.txt"), atomically: true, encoding: .utf8)
        try FileManager.default.copyItem(atPath: MediaFixture.path("rgb.png"), toPath: folder.file(".hidden.png"))
        try FileManager.default.createDirectory(atPath: folder.file("inner.png"), withIntermediateDirectories: true)
        let reader = try FrameReader(folder.path, framesPerSecondOfFolders: 29.97)
        #expect(reader.frameCount == 5)
        #expect(reader.frameRate == Rational(2997, 100) && reader.timeBase == Rational(100, 2997))
        var frames: [VideoFrame] = []
        while let frame = try reader.next() { frames.append(frame) }
        #expect(frames.map(\.picture.width) == [16, 17, 18, 19, 20])
        #expect(frames.map(\.time) == [0, 1, 2, 3, 4] && frames.allSatisfy { $0.duration == 1 })
        #expect(try FrameReader(folder.path).frameRate == Rational(25, 1))
    }

    @Test func readsSinglePictures() throws {
        let reader = try FrameReader(MediaFixture.path("orientation-6.jpg"))
        #expect(reader.isStill && reader.frameCount == 1)
        let frame = try #require(try reader.next())
        #expect(frame.picture == (try Picture.read(MediaFixture.path("orientation-6.jpg"))))
        #expect(try reader.next() == nil)
        #expect(try FrameReader(MediaFixture.path("rgb.gif")).isStill)
    }

    // MARK: What goes wrong

    @Test func refusesWhatIsNoVideo() throws {
        let folder = try TemporaryFolder()
        #expect(
            MediaFixture.message { _ = try FrameReader(folder.path) }
                == "\(folder.path): expected a folder of pictures, found none in it; name a folder of PNG or JPEG files"
        )
        #expect(
            MediaFixture.message { _ = try FrameReader(folder.file("absent.mp4")) }
                .hasSuffix("no such file; check the path"))
        #expect(
            MediaFixture.message { _ = try FrameReader(MediaFixture.path("only-sound.m4a")) }
                .hasSuffix("expected a picture or video, found sound only; choose a file with a video"))
        MediaFixture.put(Data(), at: folder.file("a.mp4"))
        #expect(MediaFixture.message { _ = try FrameReader(folder.file("a.mp4")) }.contains("found an empty file"))
        // A damaged frame is not passed over.
        MediaFixture.put(Data("x".utf8), at: folder.file("frame1.png"))
        #expect(MediaFixture.message { _ = try FrameReader(folder.path) }.contains("frame1.png: expected a picture"))
    }

    /// Playlists could make the program read other files or reach the network.
    @Test func followsNoPlaylist() throws {
        let folder = try TemporaryFolder()
        let other = folder.file("other.mp4")
        try FileManager.default.copyItem(atPath: MediaFixture.path("plain.mp4"), toPath: other)
        let playlists = [
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n\(other)\n#EXT-X-ENDLIST\n",
            "ffconcat version 1.0\nfile '\(other)'\n",
            "<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\"><Period><AdaptationSet>"
                + "<Representation id=\"1\"><BaseURL>\(other)</BaseURL></Representation></AdaptationSet></Period></MPD>",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
        ]
        for (index, text) in playlists.enumerated() {
            for name in ["list\(index).mp4", "list\(index).m3u8", "list\(index).sdp"] {
                try text.write(toFile: folder.file(name), atomically: true, encoding: .utf8)
                let message = MediaFixture.message { _ = try FrameReader(folder.file(name)) }
                #expect(message.contains("found a playlist") || message.contains("found a text file"), "\(message)")
            }
        }
        // A pattern of names is a name like any other.
        #expect(
            MediaFixture.message { _ = try FrameReader(folder.file("%d.png")) }.hasSuffix(
                "no such file; check the path"))
    }

    @Test func tellsOfAMissingIndex() throws {
        let folder = try TemporaryFolder()
        let bytes = MediaFixture.bytes("plain.mp4")
        let path = folder.file("cut.mp4")
        MediaFixture.put(Data(bytes[..<(bytes.count / 2)]), at: path)
        #expect(
            MediaFixture.message { _ = try FrameReader(path) }
                == "\(path): the video is cut short: its index (moov) at the end is missing; copy it again")
    }

    @Test func readsWhatATruncatedVideoHolds() throws {
        let folder = try TemporaryFolder()
        let bytes = MediaFixture.bytes("sound.mp4")
        let path = folder.file("cut.mp4")
        MediaFixture.put(Data(bytes[..<(bytes.count * 7 / 10)]), at: path)
        let reader = try FrameReader(path)
        var count = 0
        while try reader.next() != nil { count += 1 }
        #expect((4..<24).contains(count))
        let warning = try #require(reader.warning)
        #expect(warning.contains("cut short") && warning.contains("of 25 frames"))
    }

    @Test func leavesOutDamagedFrames() throws {
        let folder = try TemporaryFolder()
        var bytes = MediaFixture.bytes("sound.mp4")
        // The samples follow the index here; those in the middle lose every bit that makes sense.
        let samples = try #require(Data(bytes).range(of: Data("mdat".utf8))).upperBound
        let middle = (samples + bytes.count) / 2
        for index in middle..<middle + 1200 { bytes[index] ^= 0xA5 }
        MediaFixture.put(Data(bytes), at: folder.file("a.mp4"))
        let reader = try FrameReader(folder.file("a.mp4"))
        var times: [Int64] = []
        while let frame = try reader.next() { times.append(frame.time) }
        #expect((8..<25).contains(times.count))
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
        #expect(try #require(reader.warning).contains("broken frames were left out"))
    }

    @Test func refusesAVideoWithoutAFrame() throws {
        let folder = try TemporaryFolder()
        var bytes = MediaFixture.bytes("plain.mp4")
        // The movie's samples follow the word mdat.
        let mdat = try #require(Data(bytes).range(of: Data("mdat".utf8)))
        let moov = try #require(Data(bytes).range(of: Data("moov".utf8)))
        for index in mdat.upperBound..<moov.lowerBound - 4 { bytes[index] = 0x55 }
        MediaFixture.put(Data(bytes), at: folder.file("a.mp4"))
        let message = MediaFixture.message { _ = try FrameReader(folder.file("a.mp4")) }
        #expect(message.contains("a.mp4: the video is cut short or damaged"), "\(message)")
    }
}
