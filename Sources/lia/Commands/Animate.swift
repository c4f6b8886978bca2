import Animation
import ArgumentParser
import Files
import Foundation
import Media
import ModelLibrary
import Networks
import Operators
import Tensors

struct Animate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Animates a source picture or video with the motion of a driving video.",
        discussion: """
            EXAMPLES
              A portrait speaks as someone in a video does, sound included:
                lia animate --source portrait.jpg --driving talk.mp4 --output out.mp4

              The same person in both, pose for pose, frames 10 to 60, as a GIF:
                lia animate -s me.png -d me.mp4 -o me.gif --mode absolute --frames 10..60

              The second face of a photo, put back into it, and what is cropped as a picture; or all faces:
                lia animate -s group.jpg -d talk.mp4 -o out.mp4 --face 2 \\
                  --preview crops.png
                lia animate -s group.jpg -d talk.mp4 -o out.mp4 --face all

              A portrait speaks what a sound says:
                lia animate -s portrait.jpg --audio speech.wav -o out.mp4

              Someone in a video, who blinks less and moves as another does:
                lia animate -s talk.mp4 -d other.mp4 -o out.mp4 --set brows=6 --loop

              Many at once: every picture of a folder by every video of another, or the jobs of a table (see docs/photos.md):
                lia animate -s people/ -d talks/ -o results/ --jobs 2
                lia animate --batch jobs.csv

              The square alone, larger than the default, from a photo with enough pixels:
                lia animate -s photo.jpg -d talk.mp4 -o large.mp4 --size 1024

              LivePortrait (see docs/families.md): the lips alone, of a folder of its published files, by a motion template:
                lia animate -m liveportrait/ -s me.jpg -d talk.pkl -o out.mp4 --region lips

              Turned by hand first, and without the driving head's turning to the sides (directions as 'lia explore' shows them):
                lia animate -s me.png -d talk.mp4 -o out.mp4 --set 8=1.5 --without 3

            The extension of --output chooses the format: .mp4, .mov, .webm, .gif; .png or .jpg for a single frame; a path that \
            ends in / becomes a folder of PNG frames. Timing and sound are the driving video's; those of a source video, its own. --source \
            or --driving may be standard input (-), and the result standard output (--format mp4 --output -).
            """)

    @OptionGroup var model: ModelOptions

    @Option(name: .shortAndLong, help: "The source picture or video: the face to animate.", completion: .file())
    var source: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The driving video, GIF, folder of pictures, single picture, motion file (see 'lia encode'), or motion template of "
                + "LivePortrait (.pkl): the motion. Without it the "
                + "source is edited as --set says."),
        completion: .file())
    var driving: String?

    @Option(name: .shortAndLong, help: "The result.", completion: .file())
    var output: String?

    @Option(
        name: .customLong("mode"),
        help: "relative adds the change since a reference frame; absolute takes the driving pose as it is (default: relative).")
    var chosenMode: TransferMode?

    @Option(
        help: ArgumentHelp(
            "Where relative motion starts: the first frame, the best (nearest the source's motion), a number from 1, or auto (the first, "
                + "or where its head is turned far from the source's, the nearest).",
            valueName: "first|best|auto|N"))
    var reference: ReferenceFrame = .first

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Scales the added motion; 1 is as driven, 0 none, below 0 the opposite.", valueName: "factor"))
    var strength: Float = 1

    @Flag(help: "Take relative motion as it is read, without the gains of the model's directions (see 'lia explore label').")
    var noGains = false

    @OptionGroup var motion: MotionOptions

    @OptionGroup var parts: FacePartOptions

    @Option(help: ArgumentHelp("Driving frames to animate, counted from 1; either end may be left out.", valueName: "A..B"))
    var frames: FrameRange = .all

    @OptionGroup var crop: CropOptions

    @OptionGroup var drivingOptions: DrivingOptions

    @OptionGroup var speaking: SpeakingOptions

    @OptionGroup var paste: PasteOptions

    @Option(
        help: ArgumentHelp(
            "Side of the square in pixels, which then is the result (default: the model's; with detail the source's, at most 512).",
            valueName: "pixels"))
    var size: Int?

    @OptionGroup var detail: DetailOptions

    @Flag(
        help: ArgumentHelp(
            "As the program of LIA's authors: pictures stretched to the network's square, no detail, levels spread over the whole result, "
                + "and a model called ted in absolute mode."))
    var asPublished = false

    @OptionGroup var batch: BatchOptions

    @Flag(help: "Leave the driving video's sound out.")
    var noAudio = false

    @OptionGroup var stream: StreamOptions

    @Flag(help: "Replace an existing result.")
    var overwrite = false

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    @Flag(help: "Print a summary as JSON: frames, size, seconds a stage, peak memory.")
    var json = false

    @Flag(help: "Print where the networks' time went: every operator, its time, arithmetic and memory.")
    var profile = false

    func validate() throws {
        guard strength.isFinite else { throw ValidationError("--strength wants a finite number.") }
        try ResultSize.check(size)
        try paste.check(size: size, crop: crop)
        if noGains, chosenMode == .absolute { throw ValidationError("--no-gains is for --mode relative.") }
        if reference != .first, chosenMode == .absolute, !drivingOptions.align, !parts.animal {
            throw ValidationError("--reference says where relative motion starts: leave it out, or pass --mode relative.")
        }
        try parts.check(isDriven: driving != nil || batch.batch != nil, mode: chosenMode ?? .relative)
        if asPublished,
            crop.isGiven || !drivingOptions.ofPictures.isEmpty || paste.pasteBack == true || size != nil || detail.detail == true
        {
            throw ValidationError(
                "--as-published stretches whole pictures to the network's square: leave crops, --size, --paste-back and --detail out.")
        }
        guard batch.batch == nil else {
            if source != nil || driving != nil || output != nil {
                throw ValidationError("--batch names sources, driving videos and outputs in its table; leave them out.")
            }
            return try checkMany()
        }
        guard source != nil else { throw ValidationError("Missing expected argument '--source <source>'") }
        guard output != nil else { throw ValidationError("Missing expected argument '--output <output>'") }
        guard driving != nil || speaking.audio != nil || motion.edit != nil else {
            throw ValidationError("--driving, --audio or --set is missing: nothing would move.")
        }
        if driving != nil, speaking.audio != nil { throw ValidationError("--driving and --audio exclude each other.") }
        if asPublished, speaking.mouthModel != nil {
            throw ValidationError("--mouth-model: --as-published paints no mouths; leave one of them out.")
        }
        if let refiner = detail.refiner, refiner != "none" {
            if asPublished { throw ValidationError("--refiner: --as-published paints no mouths; leave one of them out.") }
            if speaking.audio != nil, speaking.mouthModel != "none" {
                throw ValidationError(
                    "--refiner: the mouths of pictures that speak are painted otherwise; leave it out, or pass --mouth-model none.")
            }
        }
        if driving == nil, let first = ofDriving.first {
            throw ValidationError("\(first) is for driving motion: pass --driving, or leave it out.")
        }
        if isFolders { return try checkMany() }
        try checkFolderName()
        if batch.isGiven { throw ValidationError("--jobs, --shard and --manifest are for --batch and for folders.") }
    }

    /// The options that were given and mean nothing without driving motion.
    private var ofDriving: [String] {
        (chosenMode ?? .relative == .relative ? [] : ["--mode"]) + (reference == .first ? [] : ["--reference"])
            + (strength == 1 || speaking.audio != nil ? [] : ["--strength"]) + (noGains ? ["--no-gains"] : [])
            + motion.ofDriving + drivingOptions.ofPictures + (drivingOptions.loop ? ["--loop"] : [])
    }

    /// What means nothing for many jobs.
    private func checkMany() throws {
        if profile { throw ValidationError("--profile is for one job.") }
        if paste.preview != nil { throw ValidationError("--preview is for one job, or a column of the table.") }
    }

    /// A folder for results that does not exist yet is told from a file by its closing "/".
    private func checkFolderName() throws {
        guard let source, let output, output != "-", !output.hasSuffix("/"), (output as NSString).pathExtension.isEmpty else { return }
        guard JobFolders.isFolder(source) || driving.map(JobFolders.isFolder) == true else { return }
        throw ValidationError("--output \(output) has no extension; a folder for the results wants a closing slash: \(output)/")
    }

    /// Whether every source of a folder is to be animated, or one by every video of a folder, into another folder.
    private var isFolders: Bool {
        guard let source, let output, output.hasSuffix("/") || JobFolders.isFolder(output) else { return false }
        return JobFolders.isFolder(source) || source != "-" && driving.map(JobFolders.holdsVideosOnly) == true
    }

    /// The model as the options want it used.
    ///
    /// - Throws: `FileError` (input) for a model of another family than --as-published is for.
    func prepared(_ model: PortraitModel) throws -> PortraitModel {
        var model = model
        try detail.apply(to: &model)
        guard asPublished else { return model }
        guard model.network is LIA else {
            throw FileError(.input, model.name, "is no model of LIA, whose authors' program --as-published follows; leave it out")
        }
        model.usesDetail = false
        return model
    }

    /// The job that the options describe.
    ///
    /// - Throws: `FileError`, `DirectionError`.
    func job(on model: PortraitModel, faces: (String?) throws -> FaceSupply = CropOptions.supply) throws -> AnimationJob {
        // Both before one is looked into: only one can be standard input.
        let source = try StreamOptions.input(source!), driving = try driving.map { try StreamOptions.input($0) }
        let audio = try speaking.audio.map { try StreamOptions.input($0) }
        if let driving, let first = drivingOptions.ofPictures.first, AnimationJob.isMotion(driving) {
            throw FileError(.input, driving, "is motion without pictures, and \(first) is for driving pictures; leave it out")
        }
        var job = AnimationJob(source: try .init(media: source), driving: driving, output: try stream.output(output!))
        let mode = chosenMode ?? (asPublished && model.name.lowercased() == "ted" ? .absolute : .relative)
        var transfer = Transfer(mode, strength: strength)
        transfer.usesGains = !noGains && !(asPublished && model.network is LIA)
        job.target = try motion.target(transfer, of: model)
        if let audio {
            guard case .picture = job.source else {
                throw FileError(
                    .input, source,
                    "is a video, and --audio lets a picture speak; choose a picture, or give the video other speech by 'lia dub'")
            }
            job.mouthModel = try asPublished ? nil : speaking.painter()
            job.insistsOnMouthModel = job.mouthModel != nil && speaking.mouthModel != nil
            job.speech = try speaking.motion(audio, strength: strength, of: model, isPainted: job.mouthModel != nil)
        }
        (job.reference, job.frames, job.outputSize) = (reference, frames, size)
        (job.keepsAudio, job.overwrite) = (!noAudio, overwrite)
        try parts.apply(to: &job)
        job.sourceCrop = asPublished ? CropSettings(.whole, fit: .stretch) : crop.settings
        job.drivingCrop = asPublished ? job.sourceCrop : drivingOptions.settings(crop.settings)
        job.spreadsLevels = asPublished
        (job.loops, job.aligns) = (drivingOptions.loop, drivingOptions.align)
        job.faces =
            try job.mouthModel != nil
            ? faces(crop.facesModel)
            : crop.faces(for: driving == nil ? [job.sourceCrop] : [job.sourceCrop, job.drivingCrop], model, from: faces)
        paste.apply(to: &job)
        return job
    }

    func run() throws {
        if batch.batch != nil || isFolders { return try runMany() }
        let model = try prepared(model.load())
        let job = try job(on: model)
        if drivingOptions.loop, case .picture(let source) = job.source {
            throw FileError(.input, source, "is a picture, whose result lasts as long as what drives it; leave --loop out")
        }
        let operators = profile ? OperatorProfile() : nil
        var report = try ProgressLine.during("frames", quiet: quiet) { line in
            try OperatorProfile.$current.withValue(operators) {
                try job.run(on: model, progress: { line.show($0.stage.rawValue, done: $0.done, total: $0.total) })
            }
        }
        report.operators = operators?.entries
        try report.say(report.result, quiet: quiet, json: json)
        if let operators, !json { ProfileTable.lines(operators.entries).forEach { Output.line($0) } }
    }
}

extension Animate {
    /// Runs the jobs of a table, or of folders.
    ///
    /// - Throws: `FileError` (input) when any failed; each is named before, and in the manifest.
    private func runMany() throws {
        model.apply()
        let started = Date(), name = batch.batch ?? source!
        let folders =
            batch.batch == nil
            ? try JobFolders(source: source!, driving: driving, output: output!, isSpoken: speaking.audio != nil) : nil
        var rows = try folders?.rows ?? JobTable(name).rows
        let manifest = batch.manifestPath(output: batch.batch == nil ? output : nil)
        try protect(rows, manifest: manifest)
        if !quiet {
            for other in folders?.leftOut ?? [] { Output.note("warning: \(FileError.printable("\(other.file): \(other.reason)"))") }
        }
        if let shard = batch.shard { rows = rows.enumerated().filter { shard.takes($0.offset) }.map(\.element) }
        if batch.batch == nil {
            try InputProtection([], trees: [source!] + [driving].compactMap { $0 }).check(adding: output!)
            do {
                try FileManager.default.createDirectory(atPath: output!, withIntermediateDirectories: true)
            } catch { throw FileError(.output, output!, "cannot be made; choose another place") }
        }
        var refused: Set<String> = []
        let found = try ProgressLine.during("jobs", quiet: quiet) { line in
            let batch = try AnimationBatch(
                rows, leftOut: folders?.leftOut, common: BatchOptions.common(Array(CommandLine.arguments.dropFirst(2))), manifest: manifest,
                overwrite: overwrite, line: line)
            batch.refuse { row, problem in
                refused.insert(row.place)
                Output.note("\(FileError.printable(row.place)): \(problem)")
            }
            return try batch.run(width: self.batch.jobs)
        }
        func count(_ state: BatchManifest.State) -> Int { found.jobs.filter { $0.state == state }.count }
        var said: Set<String> = []
        for (row, job) in zip(rows, found.jobs) {
            // What holds for many jobs, such as that networks are absent, is said with the first.
            for text in (job.notes ?? []) + (job.warnings ?? []).map({ "warning: \($0)" }) where !quiet && said.insert(text).inserted {
                Output.note(FileError.printable("\(row.place): \(text)"))
            }
            if let error = job.error, !refused.contains(row.place) { Output.note("\(FileError.printable(row.place)): \(error)") }
        }
        if json {
            try Output.json(found, result: manifest)
        } else if !quiet {
            Output.remark(
                "\(FileError.printable(name)): \(count(.done)) done, \(count(.skipped)) there already, \(count(.failed)) failed, "
                    + ProgressLine.time(Date().timeIntervalSince(started)), result: manifest)
        }
        if count(.failed) > 0 {
            throw FileError(.input, name, "\(count(.failed)) of \(rows.count) jobs failed; \(manifest) says why")
        }
    }

    /// Looks at all jobs, those of other shares too, before one starts: no result may be another's, or replace what any of them reads.
    ///
    /// - Throws: `FileError` (output).
    private func protect(_ rows: [BatchRow], manifest: String) throws {
        // Without --overwrite results that are there stay, so that a source may be an earlier job's result.
        let inputs = overwrite ? Set(rows.flatMap(\.inputs) + [batch.batch].compactMap { $0 }).sorted() : []
        try InputProtection(inputs).check(rows.flatMap(\.outputs) + [manifest])
    }
}

extension TransferMode: ExpressibleByArgument {}
extension Fit: ExpressibleByArgument {}
extension FrameRange: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
    public var defaultValueDescription: String { self == .all ? "all" : description }
}
extension ReferenceFrame: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
    public var defaultValueDescription: String { description }
}
