import Animation
import ArgumentParser
import Files
import Foundation
import Media
import ModelLibrary

struct Edit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Edits the pose and expression of a picture, or of every frame of a video.",
        discussion: """
            EXAMPLES
              A portrait looks up and elsewhere ('lia explore' shows what each direction does):
                lia edit --source portrait.jpg --set 8=1.5,6=-2 --output edited.png

              The same in every frame of a video, each with its own motion, sound included, by a name that \
            'lia explore label' gave:
                lia edit -s talk.mp4 --set nod=6 -o edited.mp4

              The canonical pose, in which all magnitudes are 0:
                lia edit -s me.jpg --base zero -o canonical.png

            An edit adds α to a direction's magnitude: --set nod=6 adds 6. Directions are numbered from 1.
            """)

    @OptionGroup var model: ModelOptions

    @Option(name: .shortAndLong, help: "The picture, video, GIF, or folder of pictures to edit; - for standard input.", completion: .file())
    var source: String

    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "What to add to which magnitudes, by a direction's name or number: nod=6,6=-2; may be repeated.", valueName: "edit"),
        transform: DirectionEdit.init)
    var edits: [DirectionEdit] = []

    @Option(help: "What the edit starts from: own, the motion of the picture or frame, or zero, the canonical pose.")
    var base = EditBase.own

    @Option(
        name: .shortAndLong, help: "The result: .mp4, .mov, .webm, .gif; .png or .jpg for one frame; or a folder/ of frames.",
        completion: .file())
    var output: String

    @Option(
        help: "Write the edited magnitudes too, as a motion file that 'lia animate --mode absolute' plays.",
        completion: .file(extensions: ["json"]))
    var motionOutput: String?

    @Option(help: ArgumentHelp("Frames to edit, counted from 1; either end may be left out.", valueName: "A..B"))
    var frames: FrameRange = .all

    @OptionGroup var crop: CropOptions

    @OptionGroup var paste: PasteOptions

    @Option(
        help: ArgumentHelp(
            "Side of the square in pixels, which then is the result (default: the model's; with detail the source's, at most 512).",
            valueName: "pixels"))
    var size: Int?

    @OptionGroup var detail: DetailOptions

    @Flag(help: "Leave the video's sound out.")
    var noAudio = false

    @OptionGroup var stream: StreamOptions

    @Flag(help: "Replace existing results.")
    var overwrite = false

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    @Flag(help: "Print a summary as JSON: frames, size, seconds a stage, peak memory.")
    var json = false

    func validate() throws {
        guard !edits.isEmpty || base == .zero else {
            throw ValidationError("Nothing is edited; name magnitudes, such as --set 8=1.5, or ask for the canonical pose by --base zero.")
        }
        try ResultSize.check(size)
        try paste.check(size: size, crop: crop)
        if motionOutput != nil, crop.face == .all { throw ValidationError("--motion-output is for one face, not for --face all.") }
    }

    func run() throws {
        var model = try model.load()
        try detail.apply(to: &model)
        var job = AnimationJob(source: .frames(try StreamOptions.input(source)), driving: nil, output: try stream.output(output))
        if let edit = DirectionEdit(joining: edits) {
            let names = try DirectionNames(of: model)
            job.target.edit = try edit.offsets(names)
            if !quiet, !json { noteExcess(job.target.edit, names) }
        }
        job.target.startsFromCanonical = base == .zero
        (job.motionOutput, job.frames, job.outputSize) = (motionOutput, frames, size)
        (job.keepsAudio, job.overwrite) = (!noAudio, overwrite)
        job.sourceCrop = crop.settings
        job.faces = try crop.faces(for: [job.sourceCrop], model)
        paste.apply(to: &job)
        let report = try ProgressLine.during("frames", quiet: quiet) { line in
            try job.run(on: model, progress: { line.show($0.stage.rawValue, done: $0.done, total: $0.total) })
        }
        try report.say(report.result, quiet: quiet, json: json)
    }

    /// Says which amounts lie beyond the useful ranges of their directions.
    private func noteExcess(_ amounts: [Float], _ names: DirectionNames) {
        for (number, amount) in zip(1..., amounts) where amount != 0 {
            guard let range = names.range(of: number), !range.contains(amount) else { continue }
            Output.note(
                String(
                    format: "note: %@ is useful from %g to %g, and is set to %g: the face may fall apart",
                    FileError.printable(names.label(of: number)), range.lowerBound, range.upperBound, amount))
        }
    }
}
