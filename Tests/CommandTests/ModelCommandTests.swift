import Checkpoints
import Foundation
import Tensors
import Testing
import TestSupport

/// `lia convert`, `inspect`, `models`, and help.
@Suite struct ModelCommandTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func convertedModelsAnimateTheSame() throws {
        let source = folder.file("source.png"), driving = folder.file("driving.mp4")
        try Samples.picture().write(to: source)
        try Samples.video(driving, frames: 3)
        let checkpoint = Fixture.path("reference/lia-tiny-legacy.pt")
        for (name, more) in [("full", [String]()), ("half", ["--float16"])] {
            let run = try CommandRun.lia(["convert", checkpoint, folder.file(name)] + more)
            #expect(run.exitCode == 0 && run.output.contains("64 px"), "\(run.errors)")
            #expect(Set(TemporaryNames.of(folder.file(name))) == ["model.json", "weights.safetensors"])
        }
        func frames(_ model: String, _ output: String) throws -> [Data] {
            let run = try CommandRun.lia(
                ["animate", "-m", model, "-s", source, "-d", driving, "-o", folder.file(output) + "/"],
                environment: ["LIA_MODELS": folder.path])
            #expect(run.exitCode == 0, "\(run.errors)")
            // The pixels; the metadata names the model.
            return try TemporaryNames.of(folder.file(output)).map {
                try Samples.pixels(folder.file(output) + "/" + $0)
            }
        }
        let original = try frames(checkpoint, "a")
        #expect(original.count == 3)
        // By folder, by name, and by file.
        #expect(try frames(folder.file("full"), "b") == original)
        #expect(try frames("full", "c") == original)
        #expect(try frames(folder.file("full/weights.safetensors"), "d") == original)
        let half = try frames("half", "e")
        let largest = zip(half.joined(), original.joined()).map { abs(Int($0) - Int($1)) }.max()
        #expect(largest ?? 255 <= 4)
        let sizes = try ["full", "half"].map {
            try Data(contentsOf: URL(fileURLWithPath: folder.file($0) + "/weights.safetensors")).count
        }
        #expect(sizes[1] * 2 < sizes[0] + 40_000)
    }

    /// A checkpoint has no place for what a model folder says beside its weights, and a folder made of another does not take it.
    @Test func whatIsNotTakenAlongIsSaid() throws {
        for output in ["portrait.pt", "again"] {
            let run = try CommandRun.lia(["convert", "portrait", folder.file(output)])
            let names = "the names, ranges and gains of its directions", detail = "that it is used with its source's detail"
            #expect(run.exitCode == 0 && run.errors.contains("lia: portrait: not taken along: \(names), and \(detail)"), "\(run.errors)")
        }
        let kept = try CommandRun.lia(["convert", "portrait", folder.file("detailed"), "--detail"]).errors
        #expect(kept.contains("not taken along: the names") && !kept.contains("source's detail"), "\(kept)")
        #expect(try !CommandRun.lia(["convert", folder.file("again"), folder.file("third")]).errors.contains("not taken along"))
    }

    /// As README.md says it, where no model has been kept before.
    @Test(arguments: [("HOME", ".local/share/lia/models/vox"), ("XDG_DATA_HOME", "lia/models/vox")])
    func theFirstModelOfAUserIsFoundByName(_ variable: String, _ path: String) throws {
        // HOME counts where XDG_DATA_HOME is not set.
        let unset = variable == "HOME" ? ["/usr/bin/env", "-u", "XDG_DATA_HOME"] : []
        let environment = [variable: folder.file("home")]
        let place = folder.file("home/\(path)")
        let run = try CommandRun.lia(["convert", Fixture.path("reference/lia-tiny.pt"), place], environment: environment)
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(try CommandRun.lia(["models"], environment: environment, launcher: unset).output.contains("vox: 64 px"))
        let forbidden = try CommandRun.lia(["convert", Fixture.path("reference/lia-tiny.pt"), "/proc/lia/vox"])
        #expect(forbidden.exitCode == 74 && forbidden.errors.contains("/proc/lia/vox"), "\(forbidden.errors)")
    }

    /// LIA_MODELS in its order, then the user's own, then the checkout's; the first model of a name wins.
    @Test func foldersAreSearchedInOrder() throws {
        let checkpoint = Fixture.path("reference/lia-tiny.pt")
        let places = ["first", "second", "home/.local/share/lia/models"].map(folder.file)
        for place in places { #expect(try CommandRun.lia(["convert", checkpoint, place + "/vox", "-q"]).exitCode == 0) }
        #expect(try CommandRun.lia(["convert", checkpoint, places[2] + "/mine", "-q"]).exitCode == 0)
        #expect(try CommandRun.lia(["convert", checkpoint, places[2] + "/portrait", "-q"]).exitCode == 0)
        let unset = ["/usr/bin/env", "-u", "XDG_DATA_HOME"]
        func found(_ models: String) throws -> (folders: [String], paths: [String: String]) {
            let run = try CommandRun.lia(
                ["models", "--json"], environment: ["LIA_MODELS": models, "HOME": folder.file("home")], launcher: unset)
            let report = try json(run.output)
            let entries = try #require(report["models"] as? [[String: Any]])
            return (
                try #require(report["folders"] as? [String]),
                Dictionary(uniqueKeysWithValues: entries.map { ($0["name"] as! String, $0["path"] as! String) })
            )
        }
        let both = try found(places[0] + ":" + places[1])
        #expect(Array(both.folders.prefix(3)) == places)
        #expect(both.paths["vox"] == places[0] + "/vox" && both.paths["mine"] == places[2] + "/mine")
        #expect(both.paths["portrait"] == places[2] + "/portrait")
        #expect(try found(places[1] + ":" + places[0]).paths["vox"] == places[1] + "/vox")
        #expect(try found("").paths["vox"] == places[2] + "/vox")
    }

    /// Published files of several parts are a model by name before they are converted, and are listed as such.
    @Test func publishedFilesAreFoundByName() throws {
        let models = folder.file("models"), environment = ["LIA_MODELS": models]
        try FileManager.default.createDirectory(atPath: models, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Fixture.path("liveportrait/small"), toPath: models + "/lp")
        let list = try CommandRun.lia(["models"], environment: environment)
        #expect(list.output.contains("lp: the published files of LivePortrait"), "\(list.output)")
        let report = try json(try CommandRun.lia(["models", "--json"], environment: environment).output)
        #expect((report["unconverted"] as? [[String: Any]])?.first?["path"] as? String == models + "/lp")
        let run = try CommandRun.lia(["inspect", "lp"], environment: environment)
        #expect(run.exitCode == 0 && run.output.contains("network     LivePortrait, 128 px"), "\(run.output) \(run.errors)")
        let empty = folder.file("empty")
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
        let folderOfNothing = try CommandRun.lia(["inspect", empty])
        #expect(folderOfNothing.exitCode == 65 && folderOfNothing.errors.contains("holds no model.json"), "\(folderOfNothing.errors)")
        let noRun = try CommandRun.lia(["export", empty, folder.file("model")])
        #expect(noRun.exitCode == 65 && noRun.errors.contains("is no training run"), "\(noRun.errors)")
        let none = try CommandRun.lia(["inspect", "absent"], environment: environment)
        #expect(none.exitCode == 65 && none.errors.contains("lp"), "\(none.errors)")
    }

    /// What is written for PyTorch holds the tensors of the file that it came from, under its keys, and is read back; so are halves.
    @Test(arguments: [("reference/lia-tiny.pt", "gen"), ("fomm/fomm-adv-tiny.pth.tar", "generator")])
    func checkpointsAreWrittenForTheAuthorsPrograms(_ name: String, _ key: String) throws {
        let (whole, half) = (folder.file("back.pt"), folder.file("half.pt"))
        // The name's ending says as much as --format.
        for (path, more) in [(whole, ["--format", "pytorch"]), (half, ["--float16"])] {
            let run = try CommandRun.lia(["convert", Fixture.path(name), path] + more)
            #expect(run.exitCode == 0 && run.output.contains("\"\(key)\""), "\(run.output) \(run.errors)")
        }
        let (original, written, halves) = (try Checkpoint.open(Fixture.path(name)), try Checkpoint.open(whole), try Checkpoint.open(half))
        #expect(written.format == .pyTorchZip && written.entries.allSatisfy { $0.scalarType == .float32 })
        var differing: [String] = []
        for entry in original.entries where !entry.name.hasSuffix("num_batches_tracked") && written.entry(entry.name) != nil {
            let (a, b) = (try original.tensor(entry.name), try written.tensor(entry.name))
            #expect(a.shape == b.shape && halves.entry(entry.name)?.shape == a.shape)
            if a.values != b.values { differing.append(entry.name) }
        }
        // Noise, and a picture that nothing reads, are zeros; kernels are made anew.
        #expect(
            differing.allSatisfy { $0.hasSuffix("noise.weight") || $0.contains("to_rgb1.") || $0.hasSuffix("down.weight") }, "\(differing)")
        #expect(name.hasPrefix("fomm") || Set(written.entries.map(\.name)) == Set(original.entries.map(\.name)))
        #expect(written.entries.allSatisfy { original.entry($0.name) != nil } && written.entries.count > 100)
        let again = try CommandRun.lia(["convert", Fixture.path(name), whole, "--format", "pytorch"])
        #expect(again.exitCode == 74 && again.errors.contains("--overwrite"), "\(again.errors)")
        let card = try CommandRun.lia(["convert", Fixture.path(name), folder.file("c.pt"), "--format", "pytorch", "--detail"])
        #expect(card.exitCode == 64 && card.errors.contains("for model folders"), "\(card.errors)")
    }

    @Test func convertRefusesToReplaceWhatIsNotAModel() throws {
        let checkpoint = Fixture.path("reference/lia-tiny.pt")
        #expect(try CommandRun.lia(["convert", checkpoint, folder.file("m"), "-q"]).exitCode == 0)
        #expect(try CommandRun.lia(["convert", checkpoint, folder.file("m")]).exitCode == 74)
        #expect(try CommandRun.lia(["convert", checkpoint, folder.file("m"), "--overwrite"]).exitCode == 0)
        // Names that were given stay; a card is not thrown away, nor left beside other weights.
        try Data("{}".utf8).write(to: URL(fileURLWithPath: folder.file("m/directions.json")))
        #expect(try CommandRun.lia(["convert", checkpoint, folder.file("m"), "--overwrite"]).exitCode == 0)
        #expect(FileManager.default.fileExists(atPath: folder.file("m/directions.json")))
        try Data("a card".utf8).write(to: URL(fileURLWithPath: folder.file("card.md")))
        let carded = ["convert", checkpoint, folder.file("m"), "--overwrite", "--card", folder.file("card.md")]
        #expect(try CommandRun.lia(carded).exitCode == 0)
        let lost = try CommandRun.lia(["convert", checkpoint, folder.file("m"), "--overwrite"])
        #expect(lost.exitCode == 74 && lost.errors.contains("--card"))
        try FileManager.default.removeItem(atPath: folder.file("m/README.md"))
        try FileManager.default.removeItem(atPath: folder.file("card.md"))
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.file("m/notes.txt")))
        let run = try CommandRun.lia(["convert", checkpoint, folder.file("m"), "--overwrite"])
        #expect(run.exitCode == 74 && run.errors.contains("notes.txt"))
        #expect(FileManager.default.fileExists(atPath: folder.file("m/notes.txt")))
        #expect(try CommandRun.lia(["convert", folder.file("absent.pt"), folder.file("n")]).exitCode == 65)
        #expect(folder.names == ["m"])
    }

    @Test func modelsWhoseDescriptionLiesAreRefused() throws {
        let checkpoint = Fixture.path("reference/lia-tiny.pt")
        #expect(try CommandRun.lia(["convert", checkpoint, folder.file("m")]).exitCode == 0)
        let path = folder.file("m/model.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for (change, words) in [
            (text.replacingOccurrences(of: "\"size\" : 64", with: "\"size\" : 128"), "expected 128 px"),
            (text.replacingOccurrences(of: "\"lia\"", with: "\"other\""), "found \"other\""),
            (
                text.replacingOccurrences(of: "\"lia\"", with: "\"fomm\""),
                "holds a LIA network, and model.json says First Order Motion Model"
            ),
            (text.replacingOccurrences(of: "\"format_version\" : 1", with: "\"format_version\" : 9"), "found 9"),
            (text.replacingOccurrences(of: "\"code\" : 64", with: "\"code\" : \"64\""), "code is of another type"),
            ("{", "no JSON"), ("", "no JSON"),
        ] {
            try change.write(toFile: path, atomically: true, encoding: .utf8)
            let run = try CommandRun.lia(
                ["animate", "-m", folder.file("m"), "-s", path, "-d", path, "-o", folder.file("x.mp4")])
            #expect(run.exitCode == 65 && run.errors.contains(words), "\(run.errors)")
        }
    }

    @Test func inspectTellsWhatAFileHolds() throws {
        let run = try CommandRun.lia(["inspect", Fixture.path("reference/lia-tiny.pt"), "--json", "--tensors"])
        let report = try json(run.output)
        #expect(report["format"] as? String == "PyTorch (zip)")
        let network = try #require(report["network"] as? [String: Any])
        #expect(network["size"] as? Int == 64 && network["directions"] as? Int == 20)
        #expect(network["channels"] as? String == "4:32 8:32 16:24 32:16 64:8")
        #expect((report["tensors"] as? [Any])?.count == report["tensor_count"] as? Int)
        let other = try CommandRun.lia(["inspect", Fixture.path("reference/operators.safetensors")])
        let none = "holds no LIA or First Order Motion Model or LivePortrait or DINet or mouth refiner network"
        #expect(other.exitCode == 0 && other.output.contains(none))
        #expect(try CommandRun.lia(["inspect", Fixture.path("checkpoints/refused-system.pt")]).exitCode == 65)
    }

    @Test func modelsListsTheEmbeddedOne() throws {
        let run = try CommandRun.lia(["models", "--json"])
        let models = try #require(try json(run.output)["models"] as? [[String: Any]])
        #expect(models.contains { $0["name"] as? String == "portrait" && $0["is_default"] as? Bool == true })
        #expect(try CommandRun.lia(["models"]).output.contains("portrait (default)"))
        // Its first directions have names.
        #expect(try CommandRun.lia(["explore", "label"]).output.contains("12 jaw, useful from -2 to 8"))
    }

    @Test(arguments: ["animate", "convert", "inspect", "models", "puppets", "prepare", "train", "export"])
    func helpTeachesByExample(_ command: String) throws {
        let run = try CommandRun.lia([command, "--help"])
        #expect(run.exitCode == 0 && run.output.contains("EXAMPLES") && run.output.contains("lia \(command)"))
        #expect(try CommandRun.lia(["--help"]).output.contains(command))
    }

    @Test func completionsAndVersion() throws {
        for shell in ["bash", "zsh", "fish"] {
            #expect(try CommandRun.lia(["--generate-completion-script", shell]).output.contains("animate"))
        }
        let version = try CommandRun.lia(["--version"])
        #expect(version.exitCode == 0 && version.output.split(separator: ".").count == 3)
    }
}

/// The names in a folder, sorted.
enum TemporaryNames {
    static func of(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
}
