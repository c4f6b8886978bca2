import Foundation
import Media
import Testing
import TestSupport
import Training

/// The frames of files that a data set gets.
@Suite struct DataPreparationTests {
    let folder: TemporaryFolder
    let media: String

    init() throws {
        folder = try TemporaryFolder()
        media = folder.file("media")
        try FileManager.default.createDirectory(atPath: media, withIntermediateDirectories: true)
    }

    /// The path of a file below the folder of media; its folder is made.
    private func file(_ name: String) throws -> String {
        let path = (media as NSString).appendingPathComponent(name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        return path
    }

    private func prepare(_ change: (inout Preparation) -> Void = { _ in }) throws -> (PreparationReport, Dataset) {
        var preparation = Preparation(folder: media, output: folder.file("data.safetensors"), size: 32)
        preparation.overwrite = true
        change(&preparation)
        let report = try preparation.run()
        return (report, try Dataset(path: preparation.output))
    }

    /// A plain grey video whose frame i has the level 10 + 20·i, at the given times in milliseconds.
    private func greyVideo(_ path: String, times: [Int64]) throws {
        let writer = try VideoWriter(
            path: path, width: 32, height: 32, frameRate: Rational(25, 1), timeBase: Rational(1, 1000))
        for (index, time) in times.enumerated() {
            let level = UInt8(10 + 20 * index)
            try writer.write(Picture(width: 32, height: 32, red: level, green: level, blue: level), time: time, duration: 40)
        }
        try writer.finish()
    }

    /// The numbers of the grey video's frames in a data set's clip.
    private func numbers(_ dataset: Dataset, clip: Int = 0) -> [Int] {
        dataset.clips[clip].frames.map { index in
            let level = dataset.picture(index).pixels.reduce(0) { $0 + Int($1) } / dataset.frameBytes
            return Int((Double(level - 10) / 20).rounded())
        }
    }

    @Test func framesAreChosenByTheirTimes() throws {
        try greyVideo(try file("vary.mp4"), times: [0, 40, 80, 120, 500, 510, 520, 1000, 1040, 1100])
        // The first of each tenth of a second.
        let (report, data) = try prepare { $0.framesPerSecond = 10 }
        #expect(numbers(data) == [0, 3, 4, 7, 9] && report.frames == 5)
        #expect(abs(data.clips[0].framesPerSecond - 4 / 1.1) < 1e-6)
        #expect(numbers(try prepare { $0.framesPerSecond = 2 }.1) == [0, 4, 7])
        #expect(numbers(try prepare { $0.framesPerSecond = nil }.1) == Array(0..<10))
        #expect(numbers(try prepare { $0.framesPerSecond = 1000 }.1) == Array(0..<10))
        #expect(numbers(try prepare { ($0.framesPerSecond, $0.maxFramesPerClip) = (10, 3) }.1) == [0, 3, 4])
        // A steady 25 a second gives every second one of 12.5.
        try greyVideo(try file("vary2.mp4"), times: (0..<11).map { 40 * $0 })
        let steady = try prepare().1
        #expect(numbers(steady, clip: 1) == [0, 2, 4, 6, 8, 10] && steady.clips[1].framesPerSecond == 12.5)
    }

    @Test func identitiesAndNamesComeFromThePlace() throws {
        try Samples.video(try file("alone.mp4"), frames: 4, size: 32)
        try Samples.video(try file("alone.webm"), frames: 4, size: 32)
        try Samples.video(try file("anna/one.mp4"), frames: 4, size: 32)
        try Samples.video(try file("anna/deep/er/two.gif"), frames: 4, size: 32)
        try Samples.picture(width: 40, height: 32).write(to: try file("anna/photo.png"))
        try Samples.picture().write(to: try file("portrait.jpg"))
        try Samples.picture().write(to: try file("berta/7.png"))
        for number in [1, 2, 10] {
            try Samples.picture(shift: Double(number) / 100).write(to: try file("berta/take/f\(number).png"))
        }
        // Ignored: hidden files, folders behind links, other files.
        try Samples.picture().write(to: try file(".hidden.png"))
        try Samples.picture().write(to: try file(".hidden/x.png"))
        try FileManager.default.createSymbolicLink(atPath: try file("link"), withDestinationPath: media + "/anna")
        try Samples.picture().write(to: folder.file("outside.png"))
        try FileManager.default.createSymbolicLink(
            atPath: try file("linked.png"), withDestinationPath: folder.file("outside.png"))
        try Data("{}".utf8).write(to: URL(fileURLWithPath: try file("anna/notes.json")))
        try Data("a text".utf8).write(to: URL(fileURLWithPath: try file("README")))

        let (report, data) = try prepare { $0.framesPerSecond = nil }
        #expect(report.skipped.isEmpty && report.warnings.isEmpty && report.passedOver == 2)
        let found = data.clips.map { "\($0.name)|\($0.identity)|\($0.source)|\($0.kind.rawValue)|\($0.count)" }
        #expect(
            found == [
                "alone|alone|alone.mp4|video|4", "alone.webm|alone.webm|alone.webm|video|4",
                "anna/deep/er/two|anna|two.gif|video|4", "anna/one|anna|one.mp4|video|4",
                "anna/photo|anna|photo.png|photo|1", "berta/7|berta|7.png|photo|1", "berta/take|berta|take|video|3",
                "linked|linked|linked.png|photo|1", "portrait|portrait|portrait.jpg|photo|1",
            ], "\(found)")
        #expect(report.clips == 5 && report.photos == 4 && report.identities == 6 && report.frames == 23)
        #expect(report.bytes == (try Data(contentsOf: URL(fileURLWithPath: data.path))).count)
        // By number, not by name: f1, f2, f10.
        let expected = [1, 2, 10].map { Samples.picture(shift: Double($0) / 100).fitted(toSquare: 32, .crop) }
        #expect(data.clips[6].frames.map(data.picture) == expected)
    }

    @Test func numberedPicturesAreClipsOnlyWhereTheyCanBe() throws {
        for number in 1...2 { try Samples.picture().write(to: try file("two/a\(number).png")) }
        for number in 1...3 { try Samples.picture().write(to: try file("runs/left-\(number).png")) }
        for number in 1...4 { try Samples.picture().write(to: try file("runs/2-right-00\(number).png")) }
        for number in 1...3 { try Samples.picture(width: 40 + number, height: 40).write(to: try file("sizes/p\(number).png")) }
        try Samples.video(try file("sizes/p1.mp4"), frames: 3, size: 32)
        func names(_ data: Dataset) -> [String] { data.clips.map { "\($0.name) \($0.count)" } }
        let data = try prepare { $0.framesPerSecond = nil }.1
        #expect(
            names(data) == [
                "runs/2-right 4", "runs/left 3", "sizes/p1 3", "sizes/p1.png 1", "sizes/p2 1", "sizes/p3 1", "two/a1 1", "two/a2 1",
            ], "\(names(data))")
        #expect(Set(data.clips.filter { $0.name.hasPrefix("sizes") }.map(\.identity)) == ["sizes"])
        let single = try prepare { $0.groupsPictures = false }.1
        #expect(single.clips.filter { $0.kind == .photo }.count == 12 && single.clips.count == 13)
    }

    @Test func fitDecidesWhatBecomesOfTheSides() throws {
        let wide = Samples.picture(width: 80, height: 40)
        try wide.write(to: try file("wide.png"))
        for fit in Fit.allCases {
            #expect(try prepare { $0.fit = fit }.1.picture(0) == wide.fitted(toSquare: 32, fit))
        }
    }

    @Test func damagedFilesAreNamedAndSkipped() throws {
        try Samples.video(try file("a-good.mp4"), frames: 10, size: 32)
        let video = try Data(contentsOf: URL(fileURLWithPath: media + "/a-good.mp4"))
        try video.prefix(300).write(to: URL(fileURLWithPath: try file("b-cut.mp4")))
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: try file("c-lie.png")))
        try Data().write(to: URL(fileURLWithPath: try file("d-empty.webm")))
        for number in 1...5 { try Samples.picture(shift: Double(number) / 50).write(to: try file("run/\(number).png")) }
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: try file("run/3.png")))
        try Samples.video(try file("short.mp4"), frames: 4, size: 32)

        var events: [String] = []
        var preparation = Preparation(folder: media, output: folder.file("data.safetensors"), size: 32)
        (preparation.framesPerSecond, preparation.minFrames) = (nil, 4)
        let report = try preparation.run { event in
            if case .skipped(let remark) = event { events.append(remark.file) }
        }
        #expect(events == report.skipped.map(\.file))
        let names = report.skipped.map { String($0.file.dropFirst(media.count + 1)) }
        #expect(names == ["b-cut.mp4", "c-lie.png", "d-empty.webm", "run/3.png"])
        #expect(report.skipped[0].reason.contains("cut short") && report.skipped[2].reason.contains("empty"))
        let data = try Dataset(path: preparation.output)
        #expect(data.clips.map(\.name) == ["a-good", "run", "short"] && data.clips.map(\.count) == [10, 4, 4])
        let rest = [1, 2, 4, 5].map { Samples.picture(shift: Double($0) / 50).fitted(toSquare: 32, .crop) }
        #expect(data.clips[1].frames.map(data.picture) == rest)

        (preparation.minFrames, preparation.overwrite) = (5, true)
        let fewer = try preparation.run()
        #expect(try Dataset(path: preparation.output).clips.map(\.name) == ["a-good"])
        let reasons = fewer.skipped.suffix(2).map(\.reason)
        #expect(reasons.allSatisfy { $0.contains("has 4 frames of at least 5") }, "\(reasons)")
    }

    /// A file that ends in the middle gives the frames before.
    @Test func aClipCutInTheMiddleKeepsItsBeginning() throws {
        let whole = folder.file("whole.webm")
        try Samples.video(whole, frames: 60, size: 64)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: whole))
        try bytes.prefix(bytes.count * 2 / 3).write(to: URL(fileURLWithPath: try file("cut.webm")))
        let (report, data) = try prepare { $0.framesPerSecond = nil }
        #expect((10..<60).contains(data.frameCount) && data.clips[0].kind == .video, "\(data.frameCount) frames")
        #expect(report.skipped.isEmpty)
        let reader = try FrameReader(whole)
        for index in 0..<10 {
            let frame = try #require(try reader.next())
            #expect(frame.picture.fitted(toSquare: 32, .crop) == data.picture(index))
        }
        // Damaged packets of an MP4 file are reported, and the frames around them used.
        let movie = folder.file("whole.mp4")
        try Samples.video(movie, frames: 60, size: 64)
        var damaged = [UInt8](try Data(contentsOf: URL(fileURLWithPath: movie)))
        for place in damaged.count / 2..<damaged.count / 2 + 300 { damaged[place] = UInt8(truncatingIfNeeded: place * 37) }
        try Data(damaged).write(to: URL(fileURLWithPath: try file("damaged.mp4")))
        let (second, both) = try prepare { $0.framesPerSecond = nil }
        let clip = try #require(both.clips.first { $0.name == "damaged" })
        #expect((10...60).contains(clip.count))
        #expect(clip.count == 60 || second.warnings.map(\.file) == [media + "/damaged.mp4"])
    }

    @Test func nothingUsableLeavesNothing() throws {
        func message() -> String { DataSample.message { _ = try prepare() } }
        #expect(message().contains("holds no videos"))
        try Data("text".utf8).write(to: URL(fileURLWithPath: try file("a.mp4")))
        #expect(message().contains("nothing usable"))
        #expect(folder.names == ["media"])
        #expect(DataSample.message { _ = try prepare { $0.folder += "/absent" } }.contains("no such folder"))
        #expect(DataSample.message { _ = try prepare { $0.folder += "/a.mp4" } }.contains("expected a folder"))
    }
}
