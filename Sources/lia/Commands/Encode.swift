import Animation
import ArgumentParser
import Files
import Foundation
import Media

struct Encode: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the motion of a picture or video as JSON.",
        discussion: """
            EXAMPLES
              The motion of a video, and a portrait that moves by it, as by the video itself:
                lia encode talk.mp4 --output motion.json
                lia animate --source portrait.jpg --driving motion.json --output out.mp4

              The magnitudes alone, which tell nothing of the person's looks:
                lia encode talk.mp4 --output motion.json --no-codes

              A motion template of LivePortrait as JSON:
                lia encode -m liveportrait/ talk.pkl --output motion.json

            Each frame has a time, a duration, M magnitudes (a₁…a_M, one for each of the model's directions) and its latent \
            code. Any program may edit the magnitudes; they mean something to the same model alone.
            """)

    @OptionGroup var model: ModelOptions

    @Argument(
        help: "A picture, video, GIF, folder of pictures, or motion template of LivePortrait (.pkl); - for standard input.",
        completion: .file())
    var input: String

    @Option(name: .shortAndLong, help: "The motion file.", completion: .file(extensions: ["json"]))
    var output: String

    @Option(help: ArgumentHelp("Frames to encode, counted from 1; either end may be left out.", valueName: "A..B"))
    var frames: FrameRange = .all

    @OptionGroup var crop: CropOptions

    @Flag(help: "Leave the latent codes out: a much smaller file, without what the person looks like.")
    var noCodes = false

    @OptionGroup var stream: StreamOptions

    @Flag(help: "Replace an existing result.")
    var overwrite = false

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    @Flag(help: "Print a summary as JSON: frames, seconds a stage, peak memory.")
    var json = false

    func run() throws {
        let model = try model.load()
        if noCodes, try !model.videoDriven.isDrivenAlongControls {
            throw FileError(
                .input, model.name,
                "is of the family \(type(of: model.network).title), whose motion files have no latent codes; leave --no-codes out")
        }
        var job = EncodingJob(input: try StreamOptions.input(input), output: try stream.output(output, example: "json"))
        if crop.isGiven, AnimationJob.isMotion(job.input) {
            throw FileError(.input, input, "is motion without pictures; leave --crop, --face, --fit and --faces-model out")
        }
        (job.frames, job.crop, job.keepsCodes, job.overwrite) = (frames, crop.settings, !noCodes, overwrite)
        job.faces = try crop.faces(for: [job.crop], model)
        let report = try ProgressLine.during("frames", quiet: quiet) { line in
            try job.run(on: model) { line.show($0.stage.rawValue, done: $0.done, total: $0.total) }
        }
        let directions = model.network.motionCount
        try report.say(
            "\(report.frames) \(report.frames == 1 ? "frame" : "frames"), \(directions) magnitudes each", quiet: quiet, json: json)
    }
}
