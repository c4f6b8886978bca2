import ArgumentParser
import Files
import Foundation
import Media
import Puppets
import Tensors

struct DrawPuppets: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "puppets",
        abstract: "Draws portraits whose motion is known: a data set of clips, one clip, or one picture.",
        discussion: """
            EXAMPLES
              A data set of 20 people with 3 clips each, FOLDER/identity-0001/clip-01.mp4 and so on:
                lia puppets --output puppets/ --identities 20 --clips 3 --seed 1

              A portrait, at rest and in a pose:
                lia puppets --identity 7 --output face.png --size 512
                lia puppets --identity 7 --output smile.png \\
                  --pose yaw=0.3,smile=1,mouth_open=0.4

              Person 7 and person 8 in the same motion, frame for frame:
                lia puppets --identity 7 --motion 5 --frame-count 150 --output seven.mp4
                lia puppets --identity 8 --motion 5 --frame-count 150 --output eight.mp4

            Beside every clip of a data set stands a JSON file: the seeds of identity and motion, and of every frame its time \
            in seconds and its pose. Numbers stand for people and motions: the same number is the same person on every \
            machine. The extension of a single drawing's --output chooses the format, as in 'lia animate'.

            POSE PARAMETERS (of --pose and of the JSON files; what is not named is 0, scale is 1)
            \(poseTable)

            EXIT CODES
              0 done, 64 wrong usage, 74 could not write, 130 interrupted
            """)

    private static var poseTable: String {
        func short(_ value: Float) -> String {
            value == value.rounded() ? "\(Int(value))" : "\(value)"
        }
        func column(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
        return PuppetPose.parts.map { part in
            let range = "\(short(part.range.lowerBound))…\(short(part.range.upperBound))"
            let natural =
                part.natural == part.range
                ? "" : " (natural \(short(part.natural.lowerBound))…\(short(part.natural.upperBound)))"
            return "  \(column(part.name, 12))\(column(range, 11))\(part.meaning)"
                + (part.unit.isEmpty ? "" : ", in \(part.unit)") + natural
        }.joined(separator: "\n")
    }

    @Option(
        name: .shortAndLong,
        help: "The data set's folder; with --identity the clip, the picture, or a folder of PNG frames (ends in /).",
        completion: .file())
    var output: String

    @Option(help: ArgumentHelp("People in the data set (default: 20).", valueName: "count"))
    var identities: Int?

    @Option(help: ArgumentHelp("Clips of each person (default: 3).", valueName: "count"))
    var clips: Int?

    @Option(help: ArgumentHelp("The data set's number; another number draws other people (default: 1).", valueName: "number"))
    var seed: UInt64?

    @Flag(help: "In the data set, write folders of PNG frames instead of videos.")
    var png = false

    @Option(help: ArgumentHelp("Draw only the person of this number.", valueName: "number"))
    var identity: UInt64?

    @Option(
        help: ArgumentHelp(
            "The person's pose in a picture, such as yaw=0.3,smile=1 (default: at rest).", valueName: "name=value,…"),
        transform: {
            do { return try PuppetPose(text: $0) } catch { throw ValidationError("\(error)") }
        })
    var pose: PuppetPose?

    @Option(help: ArgumentHelp("Draw the person in the motion of this number.", valueName: "number"))
    var motion: UInt64?

    @Option(help: ArgumentHelp("Frames of each clip (default: 75).", valueName: "count"))
    var frameCount: Int?

    @Option(help: ArgumentHelp("Frames a second (default: 25).", valueName: "rate"))
    var framesPerSecond: Int?

    @Option(help: ArgumentHelp("How lively the head moves, 0 to 3: 1 as usual, 0 not at all (default: 1).", valueName: "factor"))
    var energy: Float?

    @Option(help: ArgumentHelp("Side of the pictures in pixels, even, 32 to 2048.", valueName: "pixels"))
    var size = 256

    @Flag(help: "Replace an existing result.")
    var overwrite = false

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    @Flag(help: "Print a summary as JSON; for a single drawing with its poses.")
    var json = false

    func validate() throws {
        guard (32...2048).contains(size), size % 2 == 0 else {
            throw ValidationError("--size wants an even number of pixels from 32 to 2048, not \(size).")
        }
        func within(_ value: Int?, _ range: ClosedRange<Int>, _ name: String) throws {
            guard let value, !range.contains(value) else { return }
            throw ValidationError("\(name) wants a number from \(range.lowerBound) to \(range.upperBound), not \(value).")
        }
        try within(identities, 1...100_000, "--identities")
        try within(clips, 1...1000, "--clips")
        try within(frameCount, 1...1_000_000, "--frame-count")
        try within(framesPerSecond, 1...240, "--frames-per-second")
        if let energy, !(0...3).contains(energy) {
            throw ValidationError("--energy wants a number from 0 to 3, not \(energy).")
        }
        func refuse(_ isGiven: Bool, _ name: String, _ reason: String) throws {
            if isGiven { throw ValidationError("\(name) \(reason)") }
        }
        if identity == nil {
            try refuse(motion != nil, "--motion", "needs --identity: who moves.")
            try refuse(pose != nil, "--pose", "needs --identity: who is posed.")
            let isFileName = !output.hasSuffix("/") && (try? VideoWriter.carriesAudio(output)) != nil
            try refuse(isFileName, "--output", "of a data set is a folder; for one file, say who with --identity.")
        } else {
            let reason = "is for data sets; leave it out, or leave out --identity."
            try refuse(identities != nil, "--identities", reason)
            try refuse(clips != nil, "--clips", reason)
            try refuse(seed != nil, "--seed", reason)
            try refuse(png, "--png", "is for data sets; end --output in / for a folder of PNG frames.")
            try refuse(pose != nil && motion != nil, "--pose", "and --motion exclude each other.")
            if motion == nil {
                for (isGiven, name) in [
                    (frameCount != nil, "--frame-count"), (framesPerSecond != nil, "--frames-per-second"),
                    (energy != nil, "--energy"),
                ] {
                    try refuse(isGiven, name, "needs --motion: how the person moves.")
                }
            }
        }
    }

    func run() throws {
        let started = Date()
        guard let identity else { return try drawSet(started) }
        guard let motion else { return try drawPicture(identity, started) }
        let clip = PuppetClip(
            identity: identity, motion: motion, energy: energy ?? 1, frames: frameCount ?? 75,
            framesPerSecond: framesPerSecond ?? 25, size: size)
        let line = ProgressLine(unit: "frames", quiet: quiet)
        do {
            defer { line.end() }
            var done = 0
            try draw(clip, to: output, atOnce: 4 * Parallel.threads) {
                done += $0
                line.show("drawing", done: done, total: clip.frames)
                return true
            }
        }
        if json { Output.line(String(clip.json.dropLast()), result: output) } else { say(clip.frames, started) }
    }

    private func drawPicture(_ identity: UInt64, _ started: Date) throws {
        let pose = pose ?? PuppetPose()
        let writer = try writer(output, rate: 25, about: "person \(identity)")
        try writer.write(Puppet(seed: identity).draw(pose, size: size), time: 0, duration: 1)
        try writer.finish()
        if json {
            Output.line("{\n  \"identity\": \(identity),\n  \"size\": \(size),\n  \"pose\": \(pose.json)\n}", result: output)
        } else {
            say(1, started)
        }
    }

    /// What is printed at the end.
    private func say(_ frames: Int, _ started: Date, _ detail: String = "") {
        guard !quiet else { return }
        let seconds = Date().timeIntervalSince(started)
        Output.remark(
            "\(FileError.printable(output)): \(detail)\(frames) \(frames == 1 ? "frame" : "frames"), \(size)×\(size), "
                + String(format: "%.1f s of work, %.1f frames/s", seconds, Double(frames) / max(seconds, 1e-9)), result: output)
    }

    private func remark(_ about: String) -> MediaMetadata {
        MediaMetadata(comment: "A drawn portrait, made by lia puppets: \(about).")
    }

    private func writer(_ path: String, rate: Int, about: String) throws -> VideoWriter {
        // One thread a writer: the same bytes on machines with other numbers of cores.
        try VideoWriter(
            path: path, width: size, height: size, frameRate: Rational(rate, 1), timeBase: Rational(1, rate),
            metadata: remark(about), overwrite: overwrite, threads: 1)
    }

    /// Draws one clip into a video, or a folder of frames that ends in "/".
    ///
    /// - Parameters:
    ///   - atOnce: how many frames are drawn at the same time.
    ///   - report: told how many more frames are done; false stops.
    /// - Throws: `FileError` (output).
    private func draw(_ clip: PuppetClip, to path: String, atOnce: Int, report: (Int) -> Bool) throws {
        let writer = try writer(path, rate: clip.framesPerSecond, about: Self.about(clip))
        let isWhole = try draw(clip, atOnce: atOnce, report: report) { frame, picture in
            try writer.write(picture, time: Int64(frame), duration: 1)
        }
        if isWhole { try writer.finish() }
    }

    private static func about(_ clip: PuppetClip) -> String { "person \(clip.identity), motion \(clip.motion)" }

    /// Draws a clip's frames and gives each to `write`, in order.
    ///
    /// - Returns: whether all were drawn; `report` can stop it.
    private func draw(
        _ clip: PuppetClip, atOnce: Int, report: (Int) -> Bool, write: (Int, Picture) throws -> Void
    ) throws -> Bool {
        let puppet = Puppet(seed: clip.identity)
        var next = 0
        while next < clip.frames {
            let count = min(atOnce, clip.frames - next)
            let pictures = Parallel.map(count) { puppet.draw(clip.pose(next + $0), size: clip.size) }
            for (index, picture) in pictures.enumerated() { try write(next + index, picture) }
            next += count
            guard report(count) else { return false }
        }
        return true
    }

    /// Draws one clip of a data set as a folder of frames, within a folder that is not in its place yet.
    private func drawFrames(_ clip: PuppetClip, to folder: String, atOnce: Int, report: (Int) -> Bool) throws {
        try Self.makeFolder(folder)
        _ = try draw(clip, atOnce: atOnce, report: report) { frame, picture in
            try picture.write(
                to: "\(folder)/\(PuppetFolder.name(frame: frame)).png", metadata: remark(Self.about(clip)))
        }
    }

    /// Makes a folder within one that is not in its place yet, in such a way that none is made any more once an interruption
    /// has begun to remove that one.
    private static func makeFolder(_ path: String) throws { try StagedOutput(path: path, folder: true).commit() }

    private func drawSet(_ started: Date) throws {
        let layout = PuppetFolder(path: output)
        let (people, clips, frames) = (identities ?? 20, clips ?? 3, frameCount ?? 75)
        let total = people * clips * frames
        let staged = try StagedOutput(path: output, folder: true, overwrite: overwrite, owns: layout.owns)
        let line = ProgressLine(unit: "frames", quiet: quiet)
        let lock = NSLock()
        nonisolated(unsafe) var done = 0
        nonisolated(unsafe) var failure: Error?
        do {
            defer { line.end() }
            for person in 0..<people {
                try Self.makeFolder("\(staged.temporaryPath)/\(PuppetFolder.name(person: person))")
            }
            // A clip a core; a single clip's frames are shared out instead.
            let atOnce = people * clips == 1 ? 4 * Parallel.threads : 1
            Parallel.forEach(people * clips) { index in
                guard lock.withLock({ failure == nil }) else { return }
                let (person, number) = (index / clips, index % clips)
                let clip = PuppetClip(
                    set: seed ?? 1, person: person, clip: number, energy: energy ?? 1, frames: frames,
                    framesPerSecond: framesPerSecond ?? 25, size: size)
                let name = "\(PuppetFolder.name(person: person))/\(PuppetFolder.name(clip: number))"
                let place = "\(staged.temporaryPath)/\(name)"
                do {
                    let report = { (count: Int) in
                        lock.withLock {
                            done += count
                            line.show("drawing", done: done, total: total)
                            return failure == nil
                        }
                    }
                    if png {
                        try drawFrames(clip, to: place, atOnce: atOnce, report: report)
                    } else {
                        try draw(clip, to: "\(place).mp4", atOnce: atOnce, report: report)
                    }
                    guard lock.withLock({ failure == nil }) else { return }
                    try StagedOutput.write(clip.json.utf8, to: "\(place).json", overwrite: false)
                } catch {
                    // The user knows nothing of the temporary folder.
                    let file = "\(staged.path)/\(name)"
                    let error = (error as? FileError).map { FileError($0.side, file, $0.problem) } ?? error
                    lock.withLock { failure = failure ?? error }
                }
            }
            if let failure { throw failure }
        }
        try staged.commit()
        if json {
            try Output.json(
                Report(
                    output: output, seed: seed ?? 1, identities: people, clips: people * clips, frames: total, size: size,
                    framesPerSecond: framesPerSecond ?? 25, seconds: Date().timeIntervalSince(started)), result: output)
        } else {
            say(total, started, "\(people) people, \(people * clips) clips, ")
        }
    }

    /// What `--json` prints of a data set.
    struct Report: Encodable {
        let output: String
        let seed: UInt64
        let identities: Int
        let clips: Int
        let frames: Int
        let size: Int
        let framesPerSecond: Int
        let seconds: Double

        enum CodingKeys: String, CodingKey {
            case output, seed, identities, clips, frames, size, seconds
            case framesPerSecond = "frames_per_second"
        }
    }
}
