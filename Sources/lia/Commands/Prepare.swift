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

              Films of people as they come: around the face, shot by shot, and the landmarks for 'lia train':
                lia prepare films --output faces.safetensors --crop face \\
                  --landmarks landmarks.safetensors

              Larger frames, all of each second, and no clip of less than 20 frames:
                lia prepare videos -o faces.safetensors --size 256 \\
                  --frames-per-second 60 --min-frames 20

            Videos and GIFs become clips. So do three or more pictures in a folder that have one size and names that \
            differ only in a number; they count as 25 a second. Every other picture becomes a photo.

            A folder directly in FOLDER names the identity of all that it holds. A file directly in FOLDER is an identity \
            of its own. Damaged files are named and skipped; files that are no media are passed over.
            """)

    @Argument(
        help: "The folder of videos, GIFs, pictures, and folders of them; with --landmarks alone a data set that was prepared before.",
        completion: .file())
    var folder: String

    @Option(name: .shortAndLong, help: "The data set to write: one safetensors file.", completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Write the landmarks of the data set's faces, for the setting 'data.landmarks' of 'lia train' (.safetensors).",
            valueName: "file"), completion: .file())
    var landmarks: String?

    @Option(
        help: ArgumentHelp(
            "face crops each clip around its face: one square a shot, clips cut where films cut, and those without a face left out and "
                + "named; none takes frames whole, as --fit says."))
    var crop: FrameCrop = .none

    @Option(
        help: ArgumentHelp("The folder of the networks that find faces (default: 'faces' among the models).", valueName: "folder"),
        completion: .directory)
    var facesModel: String?

    @Option(help: ArgumentHelp("Side of the frames: a power of two from 32 to 1024.", valueName: "pixels"))
    var size = 128

    @Option(help: "How whole frames that are not square become so (default: crop).")
    var fit: Fit?

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

    enum FrameCrop: String, CaseIterable, ExpressibleByArgument { case face, none }

    func validate() throws {
        if output == nil, landmarks == nil { throw ValidationError("Missing expected argument '--output <output>'") }
        if crop == .face, fit != nil { throw ValidationError("--fit is for whole frames; --crop face makes squares of its own.") }
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
        let finder = crop == .face || landmarks != nil ? try loadFinder() : nil
        if let landmarks, let output { try InputProtection([], trees: [folder]).check([output, landmarks]) }
        let prepared = try output.map { try prepare($0, finder: crop == .face ? finder : nil) }
        let found = try finder.flatMap { finder in try landmarks.map { try findLandmarks(of: output ?? folder, $0, finder) } }
        guard json else { return }
        switch (prepared, found) {
        case (let report?, nil): try Output.json(report, result: output)
        case (nil, let report?): try Output.json(report, result: landmarks)
        default: try Output.json(Both(preparation: prepared, landmarks: found), result: output)
        }
    }

    /// What is printed of a data set and its landmarks.
    private struct Both: Encodable {
        let preparation: PreparationReport?
        let landmarks: LandmarkFinding.Report?
    }

    private func loadFinder() throws -> FaceFinder {
        try facesModel.map { try FaceFinder(folder: $0) } ?? FaceFinder(amongModels: ModelLocator.folders)
    }

    private func findLandmarks(of data: String, _ path: String, _ finder: FaceFinder) throws -> LandmarkFinding.Report {
        var finding = LandmarkFinding(data: data, output: path)
        finding.overwrite = overwrite
        let report = try ProgressLine.during("frames", quiet: quiet) { line in
            try finding.run(on: finder) { line.show("landmarks", done: $0, total: $1) }
        }
        if !quiet {
            for clip in report.incomplete {
                Output.note("\(FileError.printable(clip.clip)): no face in \(clip.missing) of \(clip.frames) frames")
            }
        }
        if !quiet, !json {
            Output.remark(
                "\(FileError.printable(path)): landmarks of \(report.frames - report.framesWithoutFace) of \(report.frames) frames, "
                    + "\(report.triangles) triangles", result: path)
        }
        return report
    }

    private func prepare(_ output: String, finder: FaceFinder?) throws -> PreparationReport {
        var preparation = Preparation(folder: folder, output: output, size: size)
        (preparation.fit, preparation.framesPerSecond, preparation.overwrite) = (fit ?? .crop, framesPerSecond, overwrite)
        preparation.finder = finder
        (preparation.maxFramesPerClip, preparation.minFrames) = (maxFramesPerClip, minFrames)
        preparation.groupsPictures = !photos
        let line = ProgressLine(unit: "files", quiet: quiet)
        let report: PreparationReport
        // The summary has their number, --json all of their names.
        let mostNamed = 5
        var passedOver = 0
        do {
            defer { line.end() }
            report = try preparation.run { event in
                switch event {
                case .progress(let done, let total): line.show("prepare", done: done, total: total)
                case .passedOver(let remark):
                    passedOver += 1
                    if passedOver <= mostNamed { note(remark, "passed over: ", line) }
                case .skipped(let remark): note(remark, "skipped: ", line)
                case .damaged(let remark): note(remark, "warning: ", line)
                }
            }
        }
        if !quiet, passedOver > mostNamed { Output.note("passed over: \(passedOver - mostNamed) more") }
        if !quiet, !json {
            func count(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }
            var text = "\(FileError.printable(report.output)): \(count(report.clips, "clip", "clips")), "
            text += "\(count(report.photos, "photo", "photos")), \(count(report.identities, "identity", "identities")), "
            text += "\(count(report.frames, "frame", "frames")) of \(size)×\(size), \(Output.bytes(report.bytes)), "
            text += ProgressLine.time(report.seconds)
            if !report.skipped.isEmpty { text += "; \(report.skipped.count) skipped" }
            if report.passedOver > 0 { text += "; \(count(report.passedOver, "other file", "other files")) passed over" }
            Output.remark(text, result: output)
        }
        return report
    }

    private func note(_ remark: PreparationReport.Remark, _ kind: String, _ line: ProgressLine) {
        guard !quiet else { return }
        line.end()
        Output.note("\(kind)\(FileError.printable(remark.file)): \(FileError.printable(remark.reason))")
    }
}
