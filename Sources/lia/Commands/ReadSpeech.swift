import ArgumentParser
import Checkpoints
import Files
import Foundation
import ModelLibrary
import Networks
import Speech
import Tensors

struct ReadSpeech: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "speech",
        abstract: "Writes what a sound says of the mouth, or the features that DINet reads, as numbers over time.",
        discussion: """
            EXAMPLES
              How far the mouth is open, wide and pucker, 25 times a second:
                lia speech talk.wav --output mouth.csv

              The features of DINet, by Mozilla's DeepSpeech 0.1.0 (its output_graph.pb):
                lia speech talk.wav --network output_graph.pb --output features.npy

            The sound may be of any file that FFmpeg reads, a video's too. A row is a moment, the first at 0. The extension of --output \
            chooses the format: .npy (NumPy, float32), .csv (numbers alone, a line a row) or .json (with rate and names). In silence all \
            three numbers of a mouth are 0.
            """)

    @Argument(help: "A sound or video; - for standard input.", completion: .file())
    var sound: String

    @Option(name: .shortAndLong, help: "The numbers: .npy, .csv or .json.", completion: .file(extensions: ["npy", "csv", "json"]))
    var output: String

    @Option(help: "A frozen graph of DeepSpeech 0.1 (output_graph.pb): letters, 25 rows a second, instead of mouths.", completion: .file())
    var network: String?

    @Option(name: .shortAndLong, help: "The speech model: a name or a folder.")
    var model: String = SpeechModel.defaultName

    @Option(help: ArgumentHelp("Rows a second of mouths.", valueName: "number"))
    var rate: Double = 25

    @OptionGroup var threads: ThreadOptions

    @Flag(help: "Replace an existing result.")
    var overwrite = false

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    func validate() throws {
        guard rate > 0, rate <= 1000 else { throw ValidationError("--rate wants a number above 0 and at most 1000.") }
        if network != nil, model != SpeechModel.defaultName || rate != 25 {
            throw ValidationError("--network gives DeepSpeech's letters, 25 rows a second; leave --model and --rate out.")
        }
    }

    func run() throws {
        threads.apply()
        _ = try FeatureTable.Format(path: output)
        let sound = try StreamOptions.input(sound)
        try InputProtection([sound] + [network].compactMap { $0 }, trees: []).check([output])
        // What stands there already is refused before the work.
        try StagedOutput.refuseExisting(output, overwrite: overwrite)
        let table: FeatureTable
        if let network {
            let network = try DeepSpeech(FrozenGraph.open(network))
            table = try ProgressLine.during("%", quiet: quiet) { line in
                try LetterFeatures(ofSound: sound, by: network) { line.show("listening", done: Int($0 * 100), total: 100) }.table
            }
        } else {
            table = try SpeechMouth(ofSound: sound, by: SpeechModel.network(model)).table(rate: rate)
        }
        try table.write(to: output, overwrite: overwrite)
        guard !quiet else { return }
        let count = table.values.shape[0]
        Output.remark(
            "\(FileError.printable(output)): \(count) \(count == 1 ? "row" : "rows") of \(table.columns.count) numbers, "
                + String(format: "%g a second", table.rowsPerSecond), result: output)
    }
}
