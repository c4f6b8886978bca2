import ArgumentParser
import Checkpoints
import Files
import Foundation
import ModelLibrary
import Networks
import Training

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a model of a training run: the moving average of its weights.",
        discussion: """
            EXAMPLES
              lia export runs/first Models/mine
              lia export runs/first ~/.local/share/lia/models/mine --float16 --card card.md
            """)

    @Argument(help: "The run's folder.", completion: .directory)
    var training: String

    @OptionGroup var writing: ModelWritingOptions

    func run() throws {
        guard FileManager.default.fileExists(atPath: RunFolder(training).checkpoint) else {
            throw FileError(
                .input, training, "is no training run: it holds no checkpoint.safetensors; name the folder of 'lia train --output'")
        }
        let checkpoint = try Checkpoint.open(RunFolder(training).checkpoint)
        let origin = "trained by lia, step \(checkpoint.metadata["step"] ?? "0")"
        if TrainedFamilies.family(of: checkpoint) == MouthNetwork.family {
            return try writing.writeSpeech(
                MouthNetwork(checkpoint.under(TrainingCheckpoint.average)), origin: origin,
                inputs: [training, RunFolder(training).checkpoint])
        }
        try writing.write(
            Families.network(
                checkpoint.under(TrainingCheckpoint.average), settings: TrainedFamilies.modelSettings(of: checkpoint)),
            usesDetail: TrainingCheckpoint.usesDetail(checkpoint),
            origin: origin, inputs: [training, RunFolder(training).checkpoint])
    }
}
