import Checkpoints
import Files
import Foundation
import Networks

/// Finds models: by path, or by name in the folders of models.
public enum ModelLocator {
    /// The model that is used when none is named.
    public static let defaultName = "portrait"
    /// The name of the model that dubs, and paints the mouths of pictures that speak, unless another is named.
    public static let dubbingName = "dub"

    /// What paints the mouths of pictures that speak, unless another is named; nil where no model of that name is here.
    ///
    /// - Throws: as `model(_:)`.
    public static func dubbingModel() throws -> PortraitModel? {
        try installed(dubbingName) == nil ? nil : model(dubbingName)
    }

    /// The model of a name in the folders of models; nil where there is none.
    private static func installed(_ name: String) -> ModelFolder? { models().first { ($0.path as NSString).lastPathComponent == name } }

    /// The name of the model that paints the mouths of animated portraits again, unless another is named.
    public static let refinerName = "refiner"

    /// What paints the mouths of a model's portraits again, unless another is named: it learned from those of the default model. nil for other
    /// models, and where no model of that name is here.
    ///
    /// - Throws: as `model(_:)`.
    private static func refiner(of model: PortraitModel) throws -> MouthRefiner? {
        guard model.network is LIA, model.usesDetail, model.name == defaultName else { return nil }
        return try installed(refinerName)?.model().mouthRefiner
    }

    /// The folders in which models are looked for by name, in this order: those of the environment variable `LIA_MODELS`
    /// (separated by colons), the user's own (`~/.local/share/lia/models`), those installed beside the program, and those of the
    /// checkout that it was built in.
    public static var folders: [String] {
        var folders = (UserEnvironment.variables["LIA_MODELS"] ?? "").split(separator: ":").map(String.init)
        let data = UserEnvironment.folder("XDG_DATA_HOME", orHome: ".local/share")
        folders.append((data as NSString).appendingPathComponent("lia/models"))
        let program = URL(fileURLWithPath: executablePath).deletingLastPathComponent()
        folders.append(program.deletingLastPathComponent().appendingPathComponent("share/lia/models").path)
        var ancestor = program
        for _ in 0..<6 where ancestor.path != "/" {
            ancestor.deleteLastPathComponent()
            if FileManager.default.fileExists(atPath: ancestor.appendingPathComponent("Package.swift").path) {
                folders.append(ancestor.appendingPathComponent("Models").path)
            }
        }
        return folders
    }

    private static var executablePath: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// Every model that can be named, the first of each name, sorted by name.
    public static func models() -> [ModelFolder] {
        var found: [String: ModelFolder] = [:]
        for folder in folders {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where found[name] == nil {
                found[name] = try? ModelFolder(path: (folder as NSString).appendingPathComponent(name))
            }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Folders of the files that a family is published in, not converted yet, in the folders of models; sorted by name.
    public static func unconverted() -> [(path: String, family: String)] {
        var found: [String: (path: String, family: String)] = [:], taken: Set<String> = []
        for folder in folders {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where taken.insert(name).inserted {
                let path = (folder as NSString).appendingPathComponent(name)
                guard !ModelFolder.isDescribed(path), !ModelFolder.isTrainingRun(path) else { continue }
                let family = Families.all.first { family in
                    !family.files.isEmpty
                        && ((try? CheckpointFolder(path: path, parts: [family.files]))??.files.count == family.files.count)
                }
                if let family { found[name] = (path, family.title) }
            }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    /// What a name given by the user stands for.
    private enum Place {
        case folder(ModelFolder)
        case checkpoint(String)
        case files(CheckpointFolder)
    }

    private static func place(_ name: String) throws -> Place {
        var isFolder: ObjCBool = false
        let installed =
            name.contains("/") || name.isEmpty || [".", ".."].contains(name)
            ? nil : folders.map { ($0 as NSString).appendingPathComponent(name) }.first { FileManager.default.fileExists(atPath: $0) }
        // A folder of pictures that happens to be called as a model is not meant.
        if FileManager.default.fileExists(atPath: name, isDirectory: &isFolder),
            !isFolder.boolValue || installed == nil || ModelFolder.isDescribed(name) || ModelFolder.isTrainingRun(name)
        {
            let parts = Families.all.map { $0.files }.filter { !$0.isEmpty }
            guard isFolder.boolValue else {
                // One file of several that make a network stands for all of them.
                return try CheckpointFolder(beside: name, parts: parts).map { .files($0) } ?? .checkpoint(name)
            }
            if !ModelFolder.isDescribed(name), !ModelFolder.isTrainingRun(name),
                let files = try CheckpointFolder(path: name, parts: parts)
            {
                return .files(files)
            }
            return .folder(try ModelFolder(path: name))
        }
        if let installed { return try place(installed) }
        if ForeignContent.isAddress(name) {
            throw FileError(.input, name, "is an address, not a file; download what is there, and name the file")
        }
        let names = (models().map(\.path) + unconverted().map(\.path)).map { URL(fileURLWithPath: $0).lastPathComponent }
        throw FileError(
            .input, name,
            names.isEmpty
                ? "no such model or file, and no models in \(folders.joined(separator: ", ")); name a model's folder, or set LIA_MODELS "
                    + "to the folder that holds models"
                : "no such model or file; the models here are: \(names.joined(separator: ", "))"
                    + NameDistance.question(name, among: names))
    }

    /// The model that `name` stands for: a model's name, a model folder, or a checkpoint file.
    ///
    /// - Throws: `FileError` and `CheckpointMisfit` saying what is wrong with it, or which models there are.
    public static func model(_ name: String) throws -> PortraitModel {
        switch try place(name) {
        case .folder(let folder):
            var model = try folder.model()
            model.refiner = try refiner(of: model)
            return model
        case .checkpoint(let path):
            // vox-cpk.pth.tar is no archive but a checkpoint, as the First Order Motion Model's are called.
            let file = URL(fileURLWithPath: path).deletingPathExtension()
            return PortraitModel(
                name: (file.pathExtension == "pth" ? file.deletingPathExtension() : file).lastPathComponent,
                network: try Families.network(Checkpoint.open(path)), checkpoint: path)
        case .files(let files):
            return PortraitModel(
                name: URL(fileURLWithPath: files.path).lastPathComponent, network: try Families.network(files.open()), folder: files.path)
        }
    }

    /// The checkpoint that `name` stands for: a file, the weights of a model folder, or the files of a folder as one.
    ///
    /// - Throws: `FileError`, as `model`.
    public static func checkpoint(_ name: String) throws -> Checkpoint {
        switch try place(name) {
        case .folder(let folder): return try Checkpoint.open(folder.weightsPath)
        case .checkpoint(let path): return try Checkpoint.open(path)
        case .files(let files): return try files.open()
        }
    }
}
