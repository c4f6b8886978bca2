import Animation
import ArgumentParser
import Files
import Media
import ModelLibrary
import Networks
import Operators
import Tensors

struct Animate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Animates a source picture with the motion of a driving video.",
        discussion: """
            EXAMPLES
              A portrait speaks as someone in a video does, sound included:
                lia animate --source portrait.jpg --driving talk.mp4 --output out.mp4

              The same person in both, pose for pose, frames 10 to 60, as a GIF:
                lia animate -s me.png -d me.mp4 -o me.gif --mode absolute --frames 10..60

              Larger than the default, from a photo with enough pixels:
                lia animate -s photo.jpg -d talk.mp4 -o large.mp4 --size 1024

              Turned by hand first, and without the driving head's turning to the sides (directions as 'lia explore' shows them):
                lia animate -s me.png -d talk.mp4 -o out.mp4 --set 8=1.5 --without 3

            The extension of --output chooses the format: .mp4, .mov, .webm, .gif; .png or .jpg for a single frame; a path that \
            ends in / becomes a folder of PNG frames. Timing and sound are the driving video's. --source or --driving may be standard \
            input (-), and the result standard output (--format mp4 --output -).
            """)

    @OptionGroup var model: ModelOptions

    @Option(name: .shortAndLong, help: "The source picture: the face to animate.", completion: .file())
    var source: String

    @Option(
        name: .shortAndLong,
        help: "The driving video, GIF, folder of pictures, single picture, or motion file (see 'lia encode'): the motion.",
        completion: .file())
    var driving: String

    @Option(name: .shortAndLong, help: "The result.", completion: .file())
    var output: String

    @Option(help: "relative adds the change since a reference frame; absolute takes the driving pose as it is.")
    var mode: TransferMode = .relative

    @Option(
        help: ArgumentHelp(
            "Where relative motion starts: the first frame, the best (nearest the source's pose), or a number from 1.",
            valueName: "first|best|N"))
    var reference: ReferenceFrame = .first

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Scales the added motion; 1 is as driven, 0 none, below 0 the opposite.", valueName: "factor"))
    var strength: Float = 1

    @OptionGroup var motion: MotionOptions

    @Option(help: ArgumentHelp("Driving frames to animate, counted from 1; either end may be left out.", valueName: "A..B"))
    var frames: FrameRange = .all

    @Option(help: "How pictures that are not square become so.")
    var fit: Fit = .crop

    @Option(
        help: ArgumentHelp(
            "Side of the result in pixels (default: the model's; with detail the source's, at most 512).", valueName: "pixels"))
    var size: Int?

    @OptionGroup var detail: DetailOptions

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
    }

    func run() throws {
        var model = try model.load()
        detail.apply(to: &model)
        var job = AnimationJob(
            source: .picture(try StreamOptions.input(source)), driving: try StreamOptions.input(driving), output: try stream.output(output))
        job.target = try motion.target(Transfer(mode, strength: strength), of: model)
        (job.reference, job.frames, job.fit, job.outputSize) = (reference, frames, fit, size)
        (job.keepsAudio, job.overwrite) = (!noAudio, overwrite)
        let operators = profile ? OperatorProfile() : nil
        var report = try ProgressLine.during("frames", quiet: quiet) { line in
            try OperatorProfile.$current.withValue(operators) {
                try job.run(on: model) { line.show($0.stage.rawValue, done: $0.done, total: $0.total) }
            }
        }
        report.operators = operators?.entries
        try report.say(
            "\(report.frames) \(report.frames == 1 ? "frame" : "frames"), \(report.size)×\(report.size)", quiet: quiet, json: json)
        if let operators, !json { ProfileTable.lines(operators.entries).forEach { Output.line($0) } }
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
