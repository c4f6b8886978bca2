import Files
import Foundation
import Media
import Testing
import TestSupport

@Suite struct SoundReaderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A WAV file of 16 bits.
    private func wave(_ name: String, rate: Int, channels: [[Int16]]) throws -> String {
        func little<Value: FixedWidthInteger>(_ value: Value) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }
        var samples = Data()
        for index in channels[0].indices { for channel in channels { samples += little(channel[index]) } }
        let bytes = 2 * channels.count
        var data = Data("RIFF".utf8) + little(UInt32(36 + samples.count)) + Data("WAVEfmt ".utf8) + little(UInt32(16))
        data += little(UInt16(1)) + little(UInt16(channels.count)) + little(UInt32(rate)) + little(UInt32(rate * bytes))
        data += little(UInt16(bytes)) + little(UInt16(16)) + Data("data".utf8) + little(UInt32(samples.count)) + samples
        try data.write(to: URL(fileURLWithPath: folder.file(name)))
        return folder.file(name)
    }

    private func samples(_ path: String, rate: Int = 16000) throws -> [Float] {
        let reader = try SoundReader(path, rate: rate)
        var all: [Float] = []
        while let piece = try reader.piece() { all += piece }
        #expect(try reader.piece() == nil && reader.origin == 0)
        return all
    }

    private func tone(_ hertz: Double, rate: Int, amplitude: Double = 10000, seconds: Double = 1) -> [Int16] {
        (0..<Int(seconds * Double(rate))).map { Int16(amplitude * sin(2 * .pi * hertz * Double($0) / Double(rate))) }
    }

    /// An encoder's lead-in, LAME's 1,105 samples, comes before the sound.
    @Test func compressedSoundBeginsAfterItsLeadIn() throws {
        #expect(abs(try SoundReader.origin(of: Fixture.path("media/tone.mp3")) - 1105.0 / 22050) < 1e-4)
        #expect(try SoundReader.origin(of: wave("a.wav", rate: 16000, channels: [tone(440, rate: 16000)])) == 0)
    }

    /// At its own rate and depth, sound is given as it is: its first channel, to the bit.
    @Test func theFirstChannelIsExact() throws {
        let (left, right) = (tone(440, rate: 16000), tone(1000, rate: 16000, amplitude: 3000))
        for channels in [[left], [left, right]] {
            #expect(try samples(wave("a.wav", rate: 16000, channels: channels)).map { Int16($0 * 32768) } == left)
        }
        #expect(try samples(Fixture.path("speech/speech.wav")).count == 25600)
    }

    /// Other sound is mixed and resampled: as long as it was, and the mean of its channels.
    @Test(arguments: [8000, 22050, 44100, 48000]) func otherRatesAreResampled(rate: Int) throws {
        let found = try samples(wave("b.wav", rate: rate, channels: [tone(440, rate: rate), [Int16](repeating: 0, count: rate)]))
        #expect(abs(found.count - 16000) <= 2)
        let errors = (400..<15600).map { abs(Double(found[$0]) - 5000 / 32768 * sin(2 * .pi * 440 * Double($0) / 16000)) }
        #expect(errors.max()! < 0.003, "\(errors.max()!)")
    }

    /// A video's sound begins with its first frame, with silence before sound that comes later.
    @Test func aVideosSoundIsAsLongAsTheVideo() throws {
        let sound = try wave("c.wav", rate: 48000, channels: [tone(440, rate: 48000)]), path = folder.file("v.mkv")
        let writer = try VideoWriter(
            path: path, width: 32, height: 32, frameRate: Rational(25, 1), timeBase: Rational(1, 25), audio: AudioSource(path: sound))
        for frame in 0..<25 { try writer.write(Samples.picture(width: 32, height: 32), time: Int64(frame), duration: 1) }
        try writer.finish()
        let found = try samples(path)
        #expect(abs(found.count - 16000) < 800)
        #expect(abs(found[8000...8072].max()! - 10000 / 32768) < 0.02)
    }

    @Test func otherFilesAreNamed() throws {
        func problem(_ path: String) -> String {
            do {
                _ = try samples(path)
                return "read"
            } catch { return "\(error)" }
        }
        #expect(problem(folder.file("none.wav")).contains("no such file"))
        #expect(problem(folder.path).contains("expected sound, found a folder"))
        let text = folder.file("text.wav")
        try Data("Not a sound at all.\n".utf8).write(to: URL(fileURLWithPath: text))
        #expect(problem(text).contains("expected sound, found a text file; choose a WAV"))
        let picture = folder.file("picture.png")
        try Samples.picture().write(to: picture)
        #expect(problem(picture).contains("holds no sound"))
        let silent = folder.file("silent.mp4")
        try Samples.video(silent, frames: 3)
        #expect(problem(silent).contains("holds no sound"))
        try Data().write(to: URL(fileURLWithPath: text))
        #expect(problem(text).contains("expected sound, found an empty file"))
    }

    /// FFmpeg's resampler ends the program at the highest rate that a header can say.
    @Test func aRateThatNoSoundHasIsRefused() throws {
        let path = try wave("r.wav", rate: 16000, channels: [tone(440, rate: 16000)])
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes.replaceSubrange(24..<28, with: [255, 255, 255, 127])
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: FileError.self) { try SoundReader(path, rate: 16000) }
        #expect(error?.problem.hasPrefix("expected sound of at most 10000000 samples a second, found 2147483647") == true)
    }

    /// In a file of floats, what is no number becomes silence, what is far too loud is cut, and all else is as it was.
    @Test func samplesThatAreNoNumbersAreSilent() throws {
        let path = try wave("n.wav", rate: 16000, channels: [tone(440, rate: 16000)])
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))[..<44]
        var values = (0..<16000).map { Float(sin(Double($0) / 20)) / 2 }
        (values[100], values[101], values[102], values[103]) = (.nan, .infinity, -.infinity, 1e30)
        for (place, content) in [(20, [3, 0]), (28, [0, 250, 0, 0]), (32, [4, 0, 32, 0]), (40, [0, 250, 0, 0])] as [(Int, [UInt8])] {
            bytes.replaceSubrange(place..<place + content.count, with: content)
        }
        values.withUnsafeBytes { bytes += Data($0) }
        try bytes.write(to: URL(fileURLWithPath: path))
        let found = try samples(path)
        #expect(found.count == 16000 && Array(found[100..<104]) == [0, 32, -32, 32])
        #expect((0..<16000).allSatisfy { (100..<104).contains($0) || abs(found[$0] - values[$0]) < 1e-6 })
    }

    /// A file that ends early has the sound before its end.
    @Test func aFileCutShortIsReadUpToItsEnd() throws {
        let path = try wave("d.wav", rate: 16000, channels: [tone(440, rate: 16000)])
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for length in stride(from: 10, to: bytes.count, by: 3001) {
            try bytes[..<length].write(to: URL(fileURLWithPath: path))
            let reader = try? SoundReader(path, rate: 16000)
            var count = 0
            while let piece = try? reader?.piece() { count += piece.count }
            #expect(count <= max(0, (length - 44) / 2))
        }
    }

    /// A file that ends before what its beginning says of its length is named; a whole one, or one whose length nobody knew, is not.
    @Test func aFileCutShortIsSaid() throws {
        func warning(of bytes: Data) throws -> String? {
            let path = folder.file("f.wav")
            try bytes.write(to: URL(fileURLWithPath: path))
            let reader = try SoundReader(path, rate: 16000)
            while try reader.piece() != nil {}
            return reader.warning
        }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: wave("e.wav", rate: 16000, channels: [tone(440, rate: 16000, seconds: 4)])))
        #expect(try warning(of: bytes) == nil)
        #expect(try warning(of: bytes[..<(44 + 2 * 16000)]) == "the sound is cut short or damaged: 1.0 of 4.0 s could be read")
        for place in [4..<8, 40..<44] { bytes.replaceSubrange(place, with: [255, 255, 255, 255]) }
        #expect(try warning(of: bytes) == nil)
    }
}
