import Animation
import ArgumentParser
import Checkpoints
import Faces
import Files
import Foundation
import Media
import ModelLibrary
import Networks
import Operators
import Speech
import Tensors

struct Dub: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Dubs the video of a talking head to other speech, by a small network of its own or DINet's.",
        discussion: """
            EXAMPLES
              A video, or a photo, says what a sound says, and gets the sound:
                lia dub --source talk.mp4 --audio speech.wav --output out.mp4

              The same by the authors' network, for which DeepSpeech 0.1's graph hears the sound:
                lia dub --model dinet.pth --source talk.mp4 --audio speech.wav \\
                  --speech-model output_graph.pb --output out.mp4

              With features of speech that were computed before:
                lia dub --model dinet.pth --source talk.mp4 --audio-features speech.npy \\
                  --audio speech.wav --output out.mp4

              Landmarks by OpenFace, chosen references, and the result exactly as the authors put it together:
                lia dub -m dinet.pth -s frames/ --landmarks frames.csv \\
                  --audio-features speech.npy --references 4,1,5,2,3 --blend none \\
                  -o dubbed/

            The source is a video, a photo, or a folder of pictures in the order of their names. Where the speech is longer, a video goes \
            backward and forward again; the result has a frame for each row of the features. Without --landmarks the face is found and \
            followed, and frames without one stay as they are. See docs/dubbing.md.
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A model that dubs: its name (see 'lia models'), a model folder, or DINet's checkpoint (.pth, .safetensors).",
            valueName: "name|path"),
        completion: .file())
    var model = ModelLocator.dubbingName

    @Option(
        name: .shortAndLong, help: "The video of a talking head, a folder of its pictures, or a photo; - for standard input.",
        completion: .file())
    var source: String

    @Option(
        help: ArgumentHelp(
            "What is said as rows of numbers, 25 a second, instead of hearing it: a NumPy array (.npy), or text, a row a line. 29 letters a "
                + "row for the authors' network, open, wide and pucker for a model that hears mouths.",
            valueName: "file"),
        completion: .file())
    var audioFeatures: String?

    @Option(
        help: ArgumentHelp("The sound that is said, and goes into the result; - for standard input.", valueName: "file"),
        completion: .file())
    var audio: String?

    @Option(
        help: ArgumentHelp(
            "What hears --audio: the frozen graph of DeepSpeech 0.1 (output_graph.pb) for the authors' network; for a model that hears mouths "
                + "a speech model (default: 'speech').", valueName: "file|name"),
        completion: .file())
    var speechModel: String?

    @Option(
        help: ArgumentHelp(
            "The source's landmarks, a line a frame, as OpenFace writes them (-2Dfp); without them faces are found.",
            valueName: "file"),
        completion: .file(extensions: ["csv"]))
    var landmarks: String?

    @Option(
        name: .shortAndLong, help: "The result: a video, or without --audio a folder of PNG frames where it ends in /.", completion: .file()
    )
    var output: String

    @Option(
        help: ArgumentHelp(
            "Frames of the source that show the network how the person looks, counted from 1, in the order in which it reads them "
                + "(default: mouths open as in speech, of a head turned as in most frames, spread over the video).", valueName: "frames"),
        transform: Dub.numbers)
    var references: [Int]?

    @Option(
        help: ArgumentHelp(
            "face takes what is painted of the face alone, feather the whole painted square, both fading into the frame; none puts the "
                + "painted rectangle in as the authors do, with its edges."))
    var blend: DubbingBlend = .face

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Carry what is finer than the network's pictures over from the first reference (default: where the model moves it, as 'dub' does)."
        ))
    var detail: Bool?

    @Option(
        help: ArgumentHelp(
            "Side of the mouth that the network was trained for, where its model does not say it (default: the model's; 256 for the "
                + "published network).", valueName: "pixels"))
    var mouthSize: Int?

    @Option(
        help: ArgumentHelp(
            "Whose mouth, where faces are found and there are several: a number as 'lia faces' lists them, largest, left or right (default: "
                + "largest).", valueName: "face"),
        completion: .list(["largest", "left", "right"]), transform: Dub.oneFace)
    var face: FaceChoice?

    @Option(
        help: ArgumentHelp("The folder of the networks that find faces (default: 'faces' among the models).", valueName: "folder"),
        completion: .directory)
    var facesModel: String?

    @OptionGroup var computing: ComputingOptions

    @Flag(help: "Replace an existing result.")
    var overwrite = false

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    @Flag(help: "Print a summary as JSON: frames, references, size, seconds a stage, peak memory.")
    var json = false

    @Flag(help: "Print where the network's time went: every operator, its time, arithmetic and memory.")
    var profile = false

    @Sendable static func numbers(_ text: String) throws -> [Int] {
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard words.allSatisfy({ $0 != nil }) else {
            throw ValidationError("It wants numbers of frames from 1 with commas between them, such as 4,1,5,2,3.")
        }
        return words.map { $0! }
    }

    /// - Throws: `ValidationError` that says what is allowed.
    @Sendable static func oneFace(_ text: String) throws -> FaceChoice {
        guard let choice = FaceChoice(text), choice != .all else {
            throw ValidationError("It wants largest, left, right, or a number from 1 as 'lia faces' counts them: one mouth is dubbed.")
        }
        return choice
    }

    func validate() throws {
        switch (audioFeatures, audio, speechModel) {
        case (nil, nil, _): throw ValidationError("What is said is missing: --audio, or --audio-features.")
        case (.some, _, .some): throw ValidationError("--audio-features and --speech-model exclude each other.")
        default: break
        }
        guard mouthSize.map({ $0 % 32 == 0 && (32...1024).contains($0) }) ?? true else {
            throw ValidationError("--mouth-size wants a multiple of 32 from 32 to 1024, not \(mouthSize!).")
        }
        if landmarks != nil, face != nil || facesModel != nil {
            throw ValidationError("--face and --faces-model are for finding faces; leave them out with --landmarks.")
        }
    }

    /// The features of the speech, (N, values).
    private func features(for network: any AudioDriven, sound: String?) throws -> Tensor {
        if let audioFeatures {
            return network.sound == .mouth
                ? try SpeechFeatures.readMouths(audioFeatures) : try SpeechFeatures.read(audioFeatures, values: network.soundValues)
        }
        // There is one (see `validate`).
        let audio = sound!
        // Before minutes of listening.
        try StagedOutput.refuseExisting(output, overwrite: overwrite)
        if network.sound == .mouth {
            return try SpeechMouth(ofSound: audio, by: SpeechModel.network(speechModel ?? SpeechModel.defaultName))
                .frames(rate: Double(DubbingJob.framesPerSecond))
        }
        guard let graph = speechModel else {
            throw ValidationError(
                "What is said is missing: the model hears letters, which --speech-model output_graph.pb hears in --audio, or "
                    + "--audio-features has.")
        }
        try InputProtection([graph], trees: []).check([output])
        if !FileManager.default.fileExists(atPath: graph) {
            throw FileError(.input, graph, "no such file; the model hears letters, which DeepSpeech's output_graph.pb hears")
        }
        let listener = try DeepSpeech(FrozenGraph.open(graph))
        let features = try ProgressLine.during("%", quiet: quiet) { line in
            try LetterFeatures(ofSound: audio, by: listener) { line.show("listening", done: Int($0 * 100), total: 100) }.table.values
        }
        guard features.shape[1] == network.soundValues else {
            throw FileError(
                .input, model, "reads \(network.soundValues) values a frame, but \(FileError.printable(graph)) gives \(features.shape[1])")
        }
        return features
    }

    func run() throws {
        computing.apply()
        if audio != nil, try !VideoWriter.carriesAudio(output) {
            throw ValidationError(
                "--audio wants a video as the result: \(output) carries no sound; 'lia speech' makes of it what --audio-features takes without "
                    + "a sound.")
        }
        let model = try ModelLocator.model(model)
        let sound = try audio.map { try StreamOptions.input($0) }, source = try StreamOptions.input(source)
        var job = DubbingJob(source: source, features: try features(for: model.audioDriven, sound: sound), output: output)
        (job.landmarks, job.audio, job.references, job.blend) = (landmarks, sound, references, blend)
        if detail == true, try !model.audioDriven.movesReference {
            throw ValidationError("--detail: \(model.name) paints mouths anew and moves no reference; leave it out.")
        }
        job.detail = detail ?? true
        (job.mouthSize, job.face, job.overwrite) = (mouthSize, face ?? .largest, overwrite)
        if landmarks == nil { job.supply = try CropOptions.supply(facesModel) }
        let operators = profile ? OperatorProfile() : nil
        var report = try ProgressLine.during("frames", quiet: quiet) { line in
            try OperatorProfile.$current.withValue(operators) {
                try job.run(on: model) { line.show($0.stage.rawValue, done: $0.done, total: $0.total) }
            }
        }
        report.operators = operators?.entries
        try report.say(report.result, quiet: quiet, json: json)
        if let operators, !json { ProfileTable.lines(operators.entries).forEach { Output.line($0) } }
    }
}

extension DubbingBlend: ExpressibleByArgument {}
