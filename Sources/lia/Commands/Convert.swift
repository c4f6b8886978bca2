import ArgumentParser
import Checkpoints
import Files
import Foundation
import ModelLibrary

struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a checkpoint as a model folder: model.json and weights.safetensors.",
        discussion: """
            EXAMPLES
              lia convert vox.pt Models/vox
              lia convert vox.pt ~/.local/share/lia/models/vox --float16
              lia convert vox-cpk.pth.tar Models/vox-fomm --set align_corners=true
              lia convert portrait portrait.pt --format pytorch

            Reads PyTorch's .pt and .pth (both formats, without running anything in them) and safetensors, in the published \
            checkpoints' layout, at the top or under whatever keys a training script put around it; or a folder of such files, whose \
            parts make one network. A folder in one of the places that 'lia models' \
            lists is found by its name.

            Where a model computes with settings that no tensor tells, such as a First Order Motion Model's align_corners and size, a \
            JSON or YAML file beside the checkpoint may say them (vox.config.json or vox.yaml beside vox.pth.tar), and --set chooses \
            others.
            """)

    @Argument(help: "The checkpoint, or a folder of the files that make it up.", completion: .file())
    var checkpoint: String

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A setting of the model, such as align_corners=true or size=512 of a First Order Motion Model; as often as wanted.",
            valueName: "name=value"),
        transform: ModelSetting.init)
    var settings: [ModelSetting] = []

    @OptionGroup var writing: ModelWritingOptions

    func validate() throws {
        let names = settings.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ValidationError("--set gives \(twice) twice; write it once.")
        }
    }

    func run() throws {
        let read = try ModelLocator.checkpoint(checkpoint)
        try writing.write(
            Families.network(read, settings: Dictionary(uniqueKeysWithValues: settings.map { ($0.name, $0.value) })),
            origin: URL(fileURLWithPath: checkpoint).lastPathComponent,
            inputs: [checkpoint])
        if !writing.quiet { noteWhatStays(read) }
    }

    /// Says what a model folder has beside its weights that is not taken along.
    private func noteWhatStays(_ read: Checkpoint) {
        let folder = (read.path as NSString).deletingLastPathComponent
        guard let model = try? ModelFolder(path: folder), model.weightsPath == read.path else { return }
        var left: [String] = []
        if FileManager.default.fileExists(atPath: (folder as NSString).appendingPathComponent(DirectionNames.fileName)) {
            left.append("the names, ranges and gains of its directions")
        }
        if model.description.detail == true, writing.detail == nil { left.append("that it is used with its source's detail") }
        if !left.isEmpty { Output.note("\(FileError.printable(checkpoint)): not taken along: \(left.joined(separator: ", and "))") }
    }
}
