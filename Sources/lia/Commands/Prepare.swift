import ArgumentParser
import Faces
import Files
import Foundation
import Media
import ModelLibrary
import Training

struct Prepare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a data set for training from a folder of videos and pictures.",
        discussion: """
            EXAMPLES
              Everything in a folder, as frames of 128 by 128 pixels:
                lia prepare videos --output faces.safetensors

              Larger frames, all of each second, and no clip of less than 20 frames:
                lia prepare videos -o faces.safetensors --size 256 \\
                  --frames-per-second 60 --min-frames 20

              With the landmarks of every frame's face, or those of a data set that is there already:
                lia prepare videos -o faces.safetensors --landmarks faces.landmarks.safetensors
                lia prepare faces.safetensors --landmarks faces.landmarks.safetensors

            Videos and GIFs become clips. So do three or more pictures in a folder that have one size and names that \
            differ only in a number; they count as 25 a second. Every other picture becomes a photo.

            A folder directly in FOLDER names the identity of all that it holds. A file directly in FOLDER is an identity \
            of its own. Damaged files are named and skipped; files that are no media are passed over.
            """)

    @Argument(help: "The folder of videos, GIFs, pictures, and folders of them; or a data set, for its landmarks.", completion: .file())
    var folder: String

    @Option(name: .shortAndLong, help: "The data set to write: one safetensors file.", completion: .file())
    var output: String?

    @Option(help: "Find the landmarks of every frame's face and write them to this file, for 'lia train'.", completion: .file())
    var landmarks: String?

    @Option(help: ArgumentHelp("Side of the frames: a power of two from 32 to 1024.", valueName: "pixels"))
    var size = 128

    @Option(help: "How frames that are not square become so.")
    var fit: Fit = .crop

    @Option(help: ArgumentHelp("Keep at most so many frames of each second.", valueName: "rate"))
    var framesPerSecond = 12.5

    @Option(help: ArgumentHelp("Keep only the first so many frames of a clip (default: all).", valueName: "count"))
    var maxFramesPerClip: Int?

    @Option(help: ArgumentHelp("Skip clips of fewer frames; photos are kept.", valueName: "count"))
    var minFrames = 2

    @Flag(help: "Take every picture as a photo of its own, also where numbers would make a clip of them.")
    var photos = false

    @Flag(help: "Replace an existing data set.")
    var overwrite = false

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    @Flag(help: "Print a summary as JSON: clips, photos, frames, bytes, what was skipped and why, seconds.")
    var json = false

    func validate() throws {
        guard output != nil || landmarks != nil else { throw ValidationError("Missing expected argument '--output <output>'") }
        guard (32...1024).contains(size), size & (size - 1) == 0 else {
            throw ValidationError("--size wants a power of two from 32 to 1024, not \(size).")
        }
        guard framesPerSecond > 0, framesPerSecond <= 1000 else {
            throw ValidationError("--frames-per-second wants a number above 0, up to 1000, not \(framesPerSecond).")
        }
        guard minFrames >= 1 else { throw ValidationError("--min-frames wants a number from 1, not \(minFrames).") }
        if let most = maxFramesPerClip, most < minFrames {
            throw ValidationError("--max-frames-per-clip wants at least --min-frames (\(minFrames)), not \(most).")
        }
    }

    func run() throws {
        let finder = try landmarks.map { _ in try FaceFinder(amongModels: ModelLocator.folders) }
        if let output { try prepare(output) }
        if let landmarks, let finder { try findLandmarks(of: output ?? folder, finder, landmarks) }
    }

    private func findLandmarks(of data: String, _ finder: FaceFinder, _ landmarks: String) throws {
        let search = LandmarkSearch(try Dataset(path: data), finder: finder)
        let report = try ProgressLine.during("frames", quiet: quiet) { line in
            try search.run(output: landmarks, overwrite: overwrite) { line.show("landmarks", done: $0, total: $1) }
        }
        if json {
            try Output.json(report, result: landmarks)
        } else if !quiet {
            for gap in report.missing {
                let frames = "\(gap.frames) \(gap.frames == 1 ? "frame" : "frames")"
                Output.note("warning: \(FileError.printable(gap.clip)): no face in \(frames)")
            }
            Output.remark(
                "\(FileError.printable(landmarks)): landmarks of \(report.found) of \(report.frames) frames", result: landmarks)
        }
    }

    private func prepare(_ output: String) throws {
        var preparation = Preparation(folder: folder, output: output, size: size)
        (preparation.fit, preparation.framesPerSecond, preparation.overwrite) = (fit, framesPerSecond, overwrite)
        (preparation.maxFramesPerClip, preparation.minFrames) = (maxFramesPerClip, minFrames)
        preparation.groupsPictures = !photos
        let line = ProgressLine(unit: "files", quiet: quiet)
        let report: PreparationReport
        do {
            defer { line.end() }
            report = try preparation.run { event in
                switch event {
                case .progress(let done, let total): line.show("prepare", done: done, total: total)
                case .passedOver(let remark): note(remark, "passed over: ", line)
                case .skipped(let remark): note(remark, "skipped: ", line)
                case .damaged(let remark): note(remark, "warning: ", line)
                }
            }
        }
        if json {
            try Output.json(report, result: output)
        } else if !quiet {
            func count(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }
            var text = "\(FileError.printable(report.output)): \(count(report.clips, "clip", "clips")), "
            text += "\(count(report.photos, "photo", "photos")), \(count(report.identities, "identity", "identities")), "
            text += "\(count(report.frames, "frame", "frames")) of \(size)×\(size), \(Output.bytes(report.bytes)), "
            text += ProgressLine.time(report.seconds)
            if !report.skipped.isEmpty { text += "; \(report.skipped.count) skipped" }
            if report.passedOver > 0 { text += "; \(count(report.passedOver, "other file", "other files")) passed over" }
            Output.remark(text, result: output)
        }
    }

    private func note(_ remark: PreparationReport.Remark, _ kind: String, _ line: ProgressLine) {
        guard !quiet else { return }
        line.end()
        Output.note("\(kind)\(FileError.printable(remark.file)): \(FileError.printable(remark.reason))")
    }
}
