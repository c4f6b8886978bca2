import Animation
import ArgumentParser
import Files
import Foundation
import Media
import ModelLibrary
import Networks

struct ExploreSweep: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Makes an atlas: the source's motion plus α along each direction.",
        discussion: """
            EXAMPLES
              lia explore --source portrait.jpg --output atlas/
              lia explore -s portrait.jpg -o some/ --directions 1,4-8,nod --range -5..5 \\
                --steps 21

            The atlas is a folder: index.html shows all of it and needs no other file; beside it, for each direction, a looping \
            clip (.mp4 and .gif), the pictures at both ends, where things move (-flow.png) and where the picture changes \
            (-heat.png); and sheet.png, gram.png, table.json and table.csv. Directions are numbered from 1.
            """)

    @OptionGroup var model: ModelOptions

    @Option(name: .shortAndLong, help: "The source picture.", completion: .file())
    var source: String?

    @Option(name: .shortAndLong, help: "The atlas: a folder.", completion: .directory)
    var output: String?

    @OptionGroup var sweep: SweepOptions

    @Option(help: ArgumentHelp("Side of the clips in pixels (default: the model's).", valueName: "pixels"))
    var size: Int?

    @Option(help: ArgumentHelp("Side of a picture in the contact sheet (default: the model's, at most 96).", valueName: "pixels"))
    var cell: Int?

    @OptionGroup var detail: DetailOptions

    @Flag(help: "Replace an existing atlas.")
    var overwrite = false

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    @Flag(help: "Print the table as JSON.")
    var json = false

    @OptionGroup var page: ServeOptions

    func validate() throws {
        if page.serve {
            guard output == nil, size == nil, cell == nil, !overwrite, !json, !sweep.isGiven, detail.detail == nil else {
                throw ValidationError("--serve takes --model, --source, --port and --host; the other options are for an atlas.")
            }
            return
        }
        if source == nil { throw ValidationError("Missing expected argument '--source <source>'") }
        guard let output else { throw ValidationError("Missing expected argument '--output <output>'") }
        if !FileManager.default.fileExists(atPath: output),
            ["png", "jpg", "jpeg", "webp", "gif", "mp4", "mov", "webm", "html"].contains((output as NSString).pathExtension.lowercased())
        {
            throw ValidationError("--output \(output) is the name of a file; an atlas is a folder, which wants a closing slash: \(output)/")
        }
        try ResultSize.check(size)
        if let cell, !(16...512).contains(cell) {
            throw ValidationError("--cell wants a number of pixels from 16 to 512, not \(cell).")
        }
    }

    func run() throws {
        guard !page.serve, let source, let output else { return try page.run(model: model, picture: source, quiet: quiet) }
        let started = Date()
        var model = try model.load()
        try detail.apply(to: &model)
        let names = try DirectionNames(of: model)
        var job = AtlasJob(source: source, output: output)
        job.directions = try sweep.directions?.numbers(names)
        for entry in names.entries { job.notes[entry.number] = .init(name: entry.name, range: entry.range) }
        (job.range, job.steps, job.base, job.crop) = (sweep.range, sweep.steps, sweep.base, sweep.crop.settings)
        job.faces = try sweep.crop.faces(for: [job.crop], model)
        (job.clipSize, job.cell, job.overwrite) = (size, cell, overwrite)
        let report = try ProgressLine.during("pictures", quiet: quiet) { line in
            try job.run(on: model) { line.show("sweeping", done: $0, total: $1) }
        }
        if !quiet { for note in report.notes { Output.note(FileError.printable(note)) } }
        if json {
            try Output.json(report, result: output)
        } else if !quiet {
            let count = report.directions.count
            Output.remark(
                "\(FileError.printable(output)): \(count) \(count == 1 ? "direction" : "directions"), "
                    + "\(report.steps) pictures each, "
                    + String(format: "%.1f s", Date().timeIntervalSince(started))
                    + (report.gramDeviation.map { String(format: "; |DᵀD − I| at most %.1e", $0) } ?? ""), result: output)
            let page = (output as NSString).appendingPathComponent("index.html")
            Output.remark("open \(FileError.printable(page)) in a browser")
        }
    }
}
