import Animation
import ArgumentParser
import Faces
import Files
import Foundation
import Media
import ModelLibrary

struct FindFaces: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faces",
        abstract: "Finds the faces of a picture or video, with 478 landmarks each.",
        discussion: """
            EXAMPLES
              lia faces photo.jpg
              lia faces photo.jpg --json --output marked.png
              lia faces talk.mp4 --output marked.mp4

            A picture's faces are listed largest first: box from hairline to chin and ear to ear, turn, and the detector's score. \
            Those of a video are followed from frame to frame. --json prints everything: width, height and faces (or frames, each with \
            its time and faces); a face has x, y, width, height, score, presence, angle (degrees, clockwise), landmarks (478 times \
            x, y, z) and keypoints by name, in pixels of the upright picture. It prints an empty list where there is no face; \
            otherwise that is an error.

            The networks are MediaPipe's, which 'Tools/install-dependencies --faces' brings.
            """)

    @Argument(help: "A picture, video, GIF, or folder of pictures; - for standard input.", completion: .file())
    var input: String

    @Option(
        name: .shortAndLong,
        help: "The input with its faces drawn: boxes, numbers, landmarks (.png, .jpg; for videos .mp4, .webm, .gif, or a folder/).",
        completion: .file())
    var output: String?

    @Flag(help: "Look for small faces, part by part, even where large ones were found, as in pictures of groups.")
    var small = false

    @Option(
        help: ArgumentHelp("The folder of the networks' files (default: 'faces' among the models).", valueName: "folder"),
        completion: .directory)
    var facesModel: String?

    @OptionGroup var threads: ThreadOptions

    @OptionGroup var stream: StreamOptions

    @Flag(help: "Replace an existing result.")
    var overwrite = false

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    @Flag(help: "Print the faces as JSON.")
    var json = false

    func run() throws {
        threads.apply()
        let finder = try facesModel.map { try FaceFinder(folder: $0) } ?? FaceFinder(amongModels: ModelLocator.folders)
        var job = FaceJob(input: try StreamOptions.input(input), output: try output.map { try stream.output($0) })
        (job.small, job.overwrite) = (small, overwrite)
        let report = try ProgressLine.during("frames", quiet: quiet) { line in
            try job.run(on: finder) { line.show("finding faces", done: $0, total: $1) }
        }
        if !quiet { for warning in report.warnings { Output.note(FileError.printable(warning)) } }
        if json {
            // One line: a value a line would be thousands of them.
            try Output.json(report, isOneLine: true)
            return
        }
        guard report.framesWithFaces > 0 else {
            throw FileError(
                .input, input,
                "no face found; \(small ? "" : "pass --small to look for small ones; ")'lia animate' takes it with --crop centre, or --crop x,y,side for a "
                    + "square by hand")
        }
        guard !quiet else { return }
        for text in Self.lines(report) { Output.line(text) }
    }

    private static func lines(_ report: FaceReport) -> [String] {
        guard report.isStill, let faces = report.frames.first?.faces else {
            let (count, most) = (report.frames.count, report.frames.map(\.faces.count).max() ?? 0)
            let (frames, faces) = (count == 1 ? "frame" : "frames", most == 1 ? "face" : "faces")
            return ["\(count) \(frames), \(report.framesWithFaces) with a face, at most \(most) \(faces) a frame"]
        }
        return faces.enumerated().map { index, face in
            let box = face.box
            return String(
                format: "%d: %.0f×%.0f at %.0f, %.0f, turned %.0f°, score %.2f", index + 1, box.width, box.height, box.left, box.top,
                face.angle * 180 / .pi, face.score)
        }
    }
}
