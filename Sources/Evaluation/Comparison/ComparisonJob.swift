import Animation
import Figures
import Files
import Foundation
import Media
import Networks
import Tensors

/// Several ways to transfer motion side by side: a folder with labelled videos, sheets, the paths in latent space, tables and a page
/// that shows them all.
public struct ComparisonJob {
    /// Paths of the source pictures.
    public var sources: [String]
    /// Paths of the driving videos.
    public var drivings: [String]
    /// Path of the report's folder.
    public var output: String
    /// At least one.
    public var models: [PortraitModel]
    /// At least one.
    public var variants: [TransferVariant]
    /// Which driving frames are shown.
    public var frames = FrameRange.all
    /// What finds faces, where the crops need them.
    public var faces = FaceSupply.none
    /// How the sources become square, and how the driving videos do.
    public var sourceCrop = CropSettings(), drivingCrop = CropSettings()
    /// Side of a picture in the videos, in pixels; even.
    public var size: Int
    /// Whether an existing report may be replaced.
    public var overwrite = false

    public init(sources: [String], drivings: [String], output: String, models: [PortraitModel], variants: [TransferVariant], size: Int) {
        precondition(!sources.isEmpty && !drivings.isEmpty && !variants.isEmpty, "something is compared")
        precondition(variants.allSatisfy { models.indices.contains($0.model) }, "variants of the comparison's models")
        (self.sources, self.drivings, self.output) = (sources, drivings, output)
        (self.models, self.variants, self.size) = (models, variants, size)
    }

    /// Runs the whole job.
    ///
    /// - Parameter progress: told what is done, how many frames, and of how many where that is known.
    /// - Throws: `FileError`: input that cannot be read or has no such frames; output that cannot be written.
    public func run(progress: (_ stage: String, _ done: Int, _ total: Int?) -> Void = { _, _, _ in }) throws -> ComparisonReport {
        for variant in variants { try models[variant.model].check(variant.transfer) }
        try InputProtection(sources + drivings + models.flatMap(\.files)).check([output])
        let staged = try StagedOutput(path: output, folder: true, overwrite: overwrite, owns: ComparisonFiles.owns)
        do {
            let report = try fill(staged.temporaryPath, progress)
            try staged.commit()
            return report
        } catch let error as FileError where error.path.hasPrefix(staged.temporaryPath) {
            // Nobody knows of the temporary folder.
            throw FileError(error.side, staged.path + error.path.dropFirst(staged.temporaryPath.count), error.problem)
        }
    }

    private func fill(_ folder: String, _ progress: (String, Int, Int?) -> Void) throws -> ComparisonReport {
        // Of several families the first model's framing serves all, so that all are shown the same.
        let framing = models[0].network.framing
        let crops = try sources.map { try MediaCrop($0, settings: sourceCrop, faces: faces, framing: framing, \.source) }
        let pictures = try zip(sources, crops).map { path, crop in crop.cut(try Picture.read(path)) }
        let drivingCrops = try drivings.enumerated().map { index, path in
            try MediaCrop(path, range: frames, settings: drivingCrop, faces: faces, option: "--crop", framing: framing) {
                progress("finding faces of driving \(index + 1):", $0, $1)
            }
        }
        var pairs: [ComparisonReport.Pair] = []
        /// A row for each source and variant, with a picture by each driving video.
        var matrix = [[Picture]](repeating: [], count: sources.count * variants.count)
        for (i, source) in sources.enumerated() {
            for (j, driving) in drivings.enumerated() {
                let stage = sources.count * drivings.count > 1 ? "source \(i + 1), driving \(j + 1):" : "comparing:"
                let pair = PairComparison(job: self, source: source, picture: pictures[i], driving: driving, crop: drivingCrops[j])
                let made = try pair.run(
                    into: folder, files: ComparisonFiles(source: i, driving: j), metadata: metadata,
                    progress: { progress("\(stage) \($0)", $1, $2) })
                pairs.append(made.pair)
                for variant in variants.indices { matrix[i * variants.count + variant].append(made.peak[variant]) }
            }
        }
        let report = ComparisonReport(
            output: output, models: models.map(\.name), size: size,
            variants: variants.map {
                .init(
                    label: $0.label, model: models[$0.model].name, mode: $0.transfer.mode.rawValue,
                    reference: $0.transfer.mode == .relative ? $0.reference.description : nil, strength: $0.transfer.strength,
                    directions: $0.transfer.controls?.sorted())
            },
            notes: (crops + drivingCrops).flatMap(\.notes).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }, pairs: pairs)
        if pairs.count > 1 {
            try ContactSheet.picture(
                rows: matrix, labels: sources.indices.flatMap { i in variants.map { "source \(i + 1), \($0.label)" } },
                heads: drivings.indices.map { "driving \($0 + 1)" },
                caption: ["each at the frame where its driving video has moved most"], cell: min(size, 128), labelWidth: 400
            ).write(to: Self.path(ComparisonFiles.matrix, folder), metadata: metadata)
        }
        try write(try ReportText.json(report), ComparisonFiles.table, folder)
        try write(Array(report.csv.utf8), ComparisonFiles.csv, folder)
        let page = try ComparisonPage(report, sources: sources.count, drivings: drivings.count).html(folder: folder)
        try write(Array(page.utf8), ComparisonFiles.page, folder)
        return report
    }

    private var metadata: MediaMetadata {
        MediaMetadata(synthetic: "a portrait animated in several ways", model: models.map(\.name).joined(separator: ", "))
    }

    static func path(_ name: String, _ folder: String) -> String { (folder as NSString).appendingPathComponent(name) }

    private func write(_ bytes: [UInt8], _ name: String, _ folder: String) throws {
        try StagedOutput.write(bytes, to: Self.path(name, folder), overwrite: false)
    }
}
