import Animation
import ArgumentParser
import Evaluation
import Files
import Foundation
import Media
import ModelLibrary
import Networks
import Tensors

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows ways to transfer motion side by side: a video, sheets, the paths in latent space, and numbers.",
        discussion: """
            EXAMPLES
              Absolute, relative from the first frame, and relative from the best; then open report/index.html:
                lia compare --source portrait.jpg --driving talk.mp4 --output report/

              With half and with one and a half of the motion, and with directions 6 and 8 alone:
                lia compare -s me.jpg -d talk.mp4 -o report/ --strength 0.5,1.5 --only 6,8

              Two models, two portraits and three videos: every portrait by every video:
                lia compare --model portrait,vox -s a.jpg b.jpg -d 1.mp4 2.mp4 3.mp4 \\
                  -o report/

            The report is a folder: index.html shows all of it and needs no other file. Beside it, for every pair, are the video \
            (.mp4), some frames (-sheet.png) and, for each model, magnitudes over time, the distance from the source, the paths \
            on their two leading axes, and picture, flow and mask of every level (.png); of several pairs matrix.png; and table.json and table.csv with every frame's numbers.
            """)

    @OptionGroup var models: ModelListOptions

    @Option(name: .shortAndLong, parsing: .upToNextOption, help: "The source pictures.", completion: .file())
    var source: [String]

    @Option(
        name: .shortAndLong, parsing: .upToNextOption, help: "The driving videos, GIFs or folders of pictures.", completion: .file())
    var driving: [String]

    @Option(name: .shortAndLong, help: "The report: a folder.", completion: .directory)
    var output: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Relative transfer with so much of the motion too, such as 0.5,1.5.", valueName: "factor,…"))
    var strength: String?

    @Option(
        help: ArgumentHelp(
            "Relative transfer along these directions alone too, such as 1,4-8,nod; may be given several times.", valueName: "directions"),
        transform: DirectionList.init)
    var only: [DirectionList] = []

    @Flag(help: "Relative transfer without the gains of the model's directions too.")
    var noGains = false

    @Option(help: ArgumentHelp("Driving frames to show, counted from 1; either end may be left out.", valueName: "A..B"))
    var frames: FrameRange = .all

    @OptionGroup var crop: CropOptions

    @Option(help: ArgumentHelp("Side of a picture in the videos (default: the first model's).", valueName: "pixels"))
    var size: Int?

    @OptionGroup var detail: DetailOptions

    @Flag(help: "Replace an existing report.")
    var overwrite = false

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    @Flag(help: "Print the table as JSON.")
    var json = false

    /// More pictures side by side than this cannot be seen.
    private static let mostVariants = 18

    /// - Throws: `ValidationError` for what is no list of finite numbers.
    private func strengths() throws -> [Float] {
        try strength.map { text in
            try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
                guard let value = Float(part.trimmingCharacters(in: .whitespaces)), value.isFinite else {
                    throw ValidationError("--strength wants finite numbers such as 0.5,1.5, not \"\(FileError.printable(text))\".")
                }
                return value
            }
        } ?? []
    }

    func validate() throws {
        try ResultSize.check(size)
        let count = models.names.count * (3 + (try strengths()).count + only.count + (noGains ? 1 : 0))
        guard count <= Self.mostVariants else {
            throw ValidationError("\(count) variants are more than can be seen side by side; ask for at most \(Self.mostVariants).")
        }
    }

    func run() throws {
        let started = Date()
        let strengths = try strengths()
        let models = try self.models.load(detail)
        var variants: [TransferVariant] = []
        for (number, model) in models.enumerated() {
            let end = models.count > 1 ? ", \(model.name)" : ""
            variants += TransferVariant.defaults(model: number, name: models.count > 1 ? model.name : nil)
            for strength in strengths {
                variants.append(
                    TransferVariant(
                        label: "relative ×" + String(format: "%g", strength) + end, model: number,
                        transfer: Transfer(.relative, strength: strength)))
            }
            if noGains {
                var transfer = Transfer(.relative)
                transfer.usesGains = false
                try model.check(transfer)
                variants.append(TransferVariant(label: "relative, no gains" + end, model: number, transfer: transfer))
            }
            guard !only.isEmpty else { continue }
            let directions = try DirectionNames(of: model)
            for list in only {
                variants.append(
                    TransferVariant(
                        label: "relative, only \(list.description)" + end, model: number,
                        transfer: Transfer(.relative, controls: Set(try list.numbers(directions)))))
            }
        }
        var job = ComparisonJob(
            sources: source, drivings: driving, output: output, models: models, variants: variants,
            size: size ?? models[0].network.outputSize)
        (job.frames, job.sourceCrop, job.overwrite) = (frames, crop.settings, overwrite)
        job.drivingCrop = crop.drivingSettings
        job.faces = try crop.faces(for: [job.sourceCrop, job.drivingCrop], models[0])
        let report = try ProgressLine.during("frames", quiet: quiet) { line in
            try job.run { line.show($0, done: $1, total: $2) }
        }
        if !quiet { for note in report.notes { Output.note(FileError.printable(note)) } }
        if json {
            try Output.json(report, result: output)
        } else if !quiet {
            let (pairs, ways) = (report.pairs.count, report.variants.count)
            Output.remark(
                "\(FileError.printable(output)): \(pairs) \(pairs == 1 ? "pair" : "pairs"), \(ways) variants, "
                    + String(format: "%.1f s", Date().timeIntervalSince(started)), result: output)
            let page = (output as NSString).appendingPathComponent("index.html")
            Output.remark("open \(FileError.printable(page)) in a browser")
        }
    }
}
