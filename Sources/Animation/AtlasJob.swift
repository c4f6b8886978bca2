import Figures
import Files
import Foundation
import Media
import Networks
import Tensors

/// From a source picture to an atlas of a model's directions: a folder with clips, figures, tables and a page that shows them all.
public struct AtlasJob: Sendable {
    /// What somebody noted of a direction.
    public struct Note: Sendable {
        public let name: String?
        /// Useful values of α.
        public let range: ClosedRange<Float>?

        public init(name: String?, range: ClosedRange<Float>?) { (self.name, self.range) = (name, range) }
    }

    /// Path of the source picture.
    public var source: String
    /// Path of the atlas's folder.
    public var output: String
    /// The directions to sweep, 1…M, in this order; all where nil.
    public var directions: [Int]?
    /// What is known of directions, by number.
    public var notes: [Int: Note] = [:]
    /// The values of α; where nil, each direction's useful range, or the one that its family says where none is stored.
    public var range: AmountRange?
    /// How many values of α there are, both ends included.
    public var steps = 17
    /// What the sweep starts from.
    public var base = SweepBase.own
    /// What finds faces, where the crop needs them.
    public var faces = FaceSupply.none
    /// How pictures become square.
    public var crop = CropSettings()
    /// Side of the clips in pixels; the network's own when absent.
    public var clipSize: Int?
    /// Side of a picture of the contact sheet, in pixels; at most 96 when absent.
    public var cell: Int?
    /// Whether an existing atlas may be replaced.
    public var overwrite = false

    public init(source: String, output: String) { (self.source, self.output) = (source, output) }

    /// Whether a file in a folder is an atlas's, so that the folder may be replaced.
    static func owns(_ name: String) -> Bool {
        if ["index.html", "sheet.png", "gram.png", Self.canonical, Self.levels, "table.json", "table.csv"].contains(name) { return true }
        guard name.hasPrefix("direction-"), let end = name.dropFirst(10).firstIndex(where: { !$0.isNumber }) else { return false }
        return [".mp4", ".gif", "-low.jpg", "-high.jpg", "-flow.png", "-heat.png", "-levels.png"].contains(String(name[end...]))
    }

    /// Runs the whole job.
    ///
    /// - Parameter progress: told how many pictures are done, of how many.
    /// - Throws: `FileError`: input that cannot be read; output that cannot be written.
    /// - Precondition: the directions are the network's.
    public func run(on model: PortraitModel, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) throws -> AtlasReport {
        var inputs = [source] + model.files
        if case .file(let path) = base { inputs.append(path) }
        try InputProtection(inputs).check([output])
        let staged = try StagedOutput(path: output, folder: true, overwrite: overwrite, owns: Self.owns)
        do {
            let report = try fill(staged.temporaryPath, model, progress)
            try staged.commit()
            return report
        } catch let error as FileError where error.path.hasPrefix(staged.temporaryPath) {
            // Nobody knows of the temporary folder.
            throw FileError(error.side, staged.path + error.path.dropFirst(staged.temporaryPath.count), error.problem)
        }
    }

    private func fill(_ folder: String, _ model: PortraitModel, _ progress: (Int, Int) -> Void) throws -> AtlasReport {
        let size = model.network.outputSize
        let square = try MediaCrop(source, settings: crop, faces: faces, framing: model.network.framing, \.source)
        let portrait = try model.encode(square.cut(try Picture.read(source)), square.fit, side: clipSize ?? size, faces: faces)
        let sweep = Sweep(model, portrait, base: try base.motion(model, portrait, crop: crop, faces: faces))
        let controls = model.network.controls.count
        let numbers = directions ?? Array(1...controls)
        /// The values of α along a direction.
        func amounts(_ number: Int) -> [Float] {
            let own = notes[number]?.range ?? model.network.controls[number - 1].range
            return (range ?? AmountRange(low: own.lowerBound, high: own.upperBound)).steps(steps)
        }
        let first = amounts(numbers[0]), isShared = numbers.allSatisfy { amounts($0) == first }
        let origin = sweep.origin()
        let page = AtlasPage()
        var rows: [AtlasReport.Row] = [], sheet: [[Picture]] = []
        let cell = cell ?? min(96, size)
        var done = 0
        for number in numbers {
            let result = sweep.run(direction: number, amounts: amounts(number), origin: origin) {
                done += 1
                progress(done, numbers.count * steps)
            }
            let note = notes[number]
            rows.append(
                AtlasReport.Row(
                    number: number, name: note?.name, amounts: isShared ? nil : result.amounts, usefulLow: note?.range?.lowerBound,
                    usefulHigh: note?.range?.upperBound,
                    statistics: result.statistics))
            sheet.append(result.pictures.map { $0.resized(width: cell, height: cell) })
            try write(result, origin: Picture(origin.picture), metadata(model), to: folder)
            let ends = [result.amounts.first!, result.amounts.last!].map {
                (label: "α = \(Self.text($0))", motion: sweep.motion(direction: number, amount: $0))
            }
            if let levels = LevelSheet.picture(
                of: portrait, on: model.network, motions: ends, title: "direction \(label(number)) of \(model.name), level by level")
            {
                try write(levels, Self.files(number).levels, metadata(model), folder)
            }
        }
        let gram = (model.network as? LIA).map { GramMatrix($0.motionDictionary.directions) }
        let report = AtlasReport(
            output: output, model: model.name, source: source, notes: square.notes, base: base.description,
            baseMagnitudes: sweep.base.values,
            amounts: isShared ? first : nil, steps: steps, directionCount: controls, gramDeviation: gram?.deviation, directions: rows)
        try write(
            ContactSheet.picture(
                rows: sheet, labels: numbers.map(label),
                heads: isShared ? first.map { Self.text($0) } : (0..<steps).map { $0 == 0 ? "low" : $0 == steps - 1 ? "high" : "" },
                caption: ["\(model.name): direction down, α across" + (isShared ? "" : ", over each direction's own range")], cell: cell),
            "sheet.png", metadata(model), folder)
        try write(Picture(portrait.picture(portrait.canonicalMotion)), Self.canonical, metadata(model), folder)
        if let levels = LevelSheet.picture(
            of: portrait, on: model.network, motions: [("canonical pose", portrait.canonicalMotion), ("own motion", portrait.motion)],
            title: "\(model.name), level by level")
        {
            try write(levels, Self.levels, metadata(model), folder)
        }
        if let gram {
            try write(
                MatrixFigure.figure(
                    gram.values, caption: ["DᵀD of \(model.name)", String(format: "largest |DᵀD − I|: %.1e", gram.deviation)]),
                "gram.png", metadata(model), folder)
        }
        try write(try ReportText.json(report), "table.json", folder)
        try write(Array(report.csv.utf8), "table.csv", folder)
        try write(Array(try page.html(report, folder: folder, title: label).utf8), "index.html", folder)
        return report
    }

    /// "8 nod", or "8".
    private func label(_ number: Int) -> String { "\(number)" + (notes[number]?.name.map { " \($0)" } ?? "") }

    /// α as short as it can be said: "-0.375", "0", "3".
    static func text(_ amount: Float) -> String { String(format: "%.3g", amount).replacing("-", with: "−") }

    /// The picture of the canonical pose, and how it and the source's own motion are made, level by level.
    static let canonical = "canonical.png", levels = "levels.png"

    /// The names of a direction's files.
    struct Names {
        /// The sweep there and back.
        let clip, animation: String
        /// The pictures at both ends.
        let low, high: String
        let flow, heat: String
        /// How the pictures at both ends are made, level by level.
        let levels: String
    }

    static func files(_ number: Int) -> Names {
        let name = "direction-" + (number < 10 ? "0" : "") + "\(number)"
        return Names(
            clip: "\(name).mp4", animation: "\(name).gif", low: "\(name)-low.jpg", high: "\(name)-high.jpg",
            flow: "\(name)-flow.png", heat: "\(name)-heat.png", levels: "\(name)-levels.png")
    }

    private func write(_ result: DirectionSweep, origin: Picture, _ metadata: MediaMetadata, to folder: String) throws {
        let files = Self.files(result.number)
        // There and back, so that the last frame leads on to the first.
        let loop = result.pictures + result.pictures.dropFirst().dropLast().reversed()
        let size = clipSize ?? origin.width
        for name in [files.clip, files.animation] {
            let writer = try VideoWriter(
                path: Self.path(name, folder), width: size, height: size, frameRate: Rational(20, 1), timeBase: Rational(1, 20),
                metadata: metadata)
            for (time, picture) in loop.enumerated() {
                try writer.write(
                    size == picture.width ? picture : picture.resized(width: size, height: size), time: Int64(time), duration: 1)
            }
            try writer.finish()
        }
        try write(result.pictures.first!, files.low, metadata, folder)
        try write(result.pictures.last!, files.high, metadata, folder)
        let side = 256
        if let movement = result.movement {
            try write(
                FlowFigure.figure(
                    movement, side: side,
                    caption: [
                        "direction \(label(result.number))", "what moves where", "from α = 0 to \(Self.text(result.amounts.last!))",
                    ]),
                files.flow, metadata, folder)
        }
        try write(
            HeatFigure.figure(
                result.statistics.heat, over: origin, side: side,
                caption: ["direction \(label(result.number))", "where it changes"], unit: "levels/α"),
            files.heat, metadata, folder)
    }

    private func metadata(_ model: PortraitModel) -> MediaMetadata {
        MediaMetadata(synthetic: "a portrait moved along one direction", model: model.name)
    }

    private static func path(_ name: String, _ folder: String) -> String { (folder as NSString).appendingPathComponent(name) }

    private func write(_ picture: Picture, _ name: String, _ metadata: MediaMetadata, _ folder: String) throws {
        try picture.write(to: Self.path(name, folder), metadata: metadata)
    }

    private func write(_ bytes: [UInt8], _ name: String, _ folder: String) throws {
        try StagedOutput.write(bytes, to: Self.path(name, folder), overwrite: false)
    }
}
