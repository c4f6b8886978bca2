import Animation
import Figures
import Files
import Foundation
import Media
import Networks
import Tensors

/// One source and one driving video in every variant of a comparison.
struct PairComparison {
    let job: ComparisonJob
    /// The source's path.
    let source: String
    /// How the source's picture becomes square.
    private var fit: Fit { job.sourceCrop.choice == .whole ? job.sourceCrop.fit : .crop }
    let picture: Picture
    /// The driving video's path.
    let driving: String
    /// Where the driving frames are cut.
    let crop: MediaCrop

    /// What is known of a driving video before anything is generated.
    private struct Motions {
        /// Ticks from the first frame, and how long each is shown.
        var times: [Int64] = [], durations: [Int64] = []
        /// For each model, (1, V) of each frame.
        var values: [[Tensor]]
    }

    private var variants: [TransferVariant] { job.variants }

    /// - Returns: what was found, and each variant's picture where the driving video has moved most.
    /// - Throws: `FileError`.
    func run(
        into folder: String, files: ComparisonFiles, metadata: MediaMetadata, progress: (String, Int, Int?) -> Void
    ) throws -> (pair: ComparisonReport.Pair, peak: [Picture]) {
        let models = try job.models.map { try EvaluatedModel($0, faces: job.faces) }
        let motions = try encode(models, progress)
        let count = motions.times.count
        let portraits = try models.map { try $0.model.encode(picture, fit, side: job.size, faces: job.faces) }
        let appearances = try models.map { try $0.model.read(picture, fit, faces: job.faces).appearance }
        let references = variants.map {
            $0.referenceFrame(motions.values[$0.model], portraits[$0.model], on: models[$0.model].network)
        }
        let targets = variants.enumerated().map { number, variant in
            motions.values[variant.model].map {
                variant.target.moved(
                    portraits[variant.model], driving: $0, reference: motions.values[variant.model][references[number]],
                    on: models[variant.model].network)
            }
        }
        // Where the driving head is farthest from its first frame, as the first model sees it.
        let travelled = motions.values[0].map { models[0].network.distance($0, motions.values[0][0]) }
        let peakFrame = travelled.indices.max { travelled[$0] < travelled[$1] }!

        let reader = try FrameReader(driving)
        let strip = LabelledStrip(labels: ["source", "driving"] + variants.map(\.label), size: job.size)
        let writer = try VideoWriter(
            path: ComparisonJob.path(files.video, folder), width: strip.width, height: strip.height, frameRate: reader.frameRate,
            timeBase: reader.timeBase, metadata: metadata)
        let sourceCell = picture.fitted(toSquare: job.size, fit)
        let shown = Set((0..<8).map { $0 * (count - 1) / 7 }).sorted()
        var sheet = [[Picture]](repeating: [], count: variants.count + 2), peak: [Picture] = []
        var measured = variants.map { _ in [(drift: Double?, error: Double, change: Double?, driving: Double)]() }
        var before = [Picture?](repeating: nil, count: variants.count)
        try forEachFrame(reader) { index, frame in
            guard index < count else { return }
            let shownFrame = crop.cut(frame.picture, frame: index).fitted(toSquare: job.size, crop.fit)
            var cells = [sourceCell, shownFrame]
            for (number, variant) in variants.enumerated() {
                let model = models[variant.model]
                let result = model.frame(portraits[variant.model], motion: targets[number][index], size: job.size)
                let reading = try model.read(result)
                measured[number].append(
                    (
                        Self.distance(reading.appearance, appearances[variant.model]),
                        Double(model.network.distance(reading.motion, targets[number][index])),
                        before[number].map { AbsoluteDifference.between($0, result) },
                        AbsoluteDifference.between(result, shownFrame)
                    ))
                before[number] = result
                cells.append(result)
            }
            try writer.write(strip.picture(cells), time: motions.times[index], duration: motions.durations[index])
            if shown.contains(index) { for (row, cell) in cells.enumerated() { sheet[row].append(cell) } }
            if index == peakFrame { peak = Array(cells.dropFirst(2)) }
            progress("animating", index + 1, count)
        }
        try writer.finish()
        try ContactSheet.picture(
            rows: sheet, labels: ["source", "driving"] + variants.map(\.label), heads: shown.map { "\($0 + 1)" },
            caption: [Self.name(source) + " by " + Self.name(driving)], cell: min(job.size, 128), labelWidth: 400
        ).write(to: ComparisonJob.path(files.sheet, folder), metadata: metadata)

        let times = motions.times.map { Double($0) * reader.timeBase.value }
        var paths: [ComparisonReport.Path?] = variants.map { _ in nil }
        var drivings: [ComparisonReport.Driving] = []
        for (number, model) in models.enumerated() {
            let own = variants.indices.filter { variants[$0].model == number }
            let source = portraits[number].motion
            // One plane for all the paths: the source, the driving motion and every variant's.
            let everything = [source] + motions.values[number] + own.flatMap { targets[$0] }
            let axes = PrincipalAxes(everything.map { $0.values.map(Double.init) })
            for (place, variant) in own.enumerated() {
                let start = 1 + count * (place + 1)
                let frames = (0..<count).map { t in
                    let figures = measured[variant][t], point = axes.points[start + t]
                    return ComparisonReport.Frame(
                        magnitudes: targets[variant][t].values, distance: Double(model.network.distance(targets[variant][t], source)),
                        identityDrift: figures.drift, motionError: figures.error, change: figures.change,
                        drivingDifference: figures.driving, x: point.x, y: point.y)
                }
                let drifts = frames.compactMap(\.identityDrift)
                paths[variant] = ComparisonReport.Path(
                    variant: variant,
                    referenceFrame: variants[variant].transfer.mode == .relative ? job.frames.first + references[variant] : nil,
                    frames: frames, meanDistance: Self.mean(frames.map(\.distance)),
                    meanIdentityDrift: drifts.isEmpty ? nil : Self.mean(drifts), meanMotionError: Self.mean(frames.map(\.motionError)),
                    meanChange: Self.mean(frames.compactMap(\.change)),
                    meanDrivingDifference: Self.mean(frames.map(\.drivingDifference)))
            }
            drivings.append(
                .init(
                    model: model.model.name, source: source.values, magnitudes: motions.values[number].map(\.values),
                    axisShares: [axes.shares.x, axes.shares.y]))
            let figures = PathFigures(
                model: model.model.name, times: times, source: source.values, driving: motions.values[number].map(\.values),
                lines: own.map { (variants[$0].label, paths[$0]!.frames) })
            let names = files.figures(model: number)
            for (name, picture) in [
                (names.magnitudes, figures.magnitudes), (names.distance, figures.distance),
                (names.axes, figures.axes(axes, source: axes.points[0], driving: Array(axes.points[1...count]))),
            ] {
                try picture.write(to: ComparisonJob.path(name, folder), metadata: metadata)
            }
            let motions = own.map { (label: variants[$0].label, motion: targets[$0][peakFrame]) }
            if let levels = LevelSheet.picture(
                of: portraits[number], on: model.network,
                motions: [("canonical pose", portraits[number].canonicalMotion)] + motions,
                title: "\(model.model.name) at frame \(job.frames.first + peakFrame), level by level")
            {
                try levels.write(to: ComparisonJob.path(files.levels(model: number), folder), metadata: metadata)
            }
        }
        return (
            ComparisonReport.Pair(
                source: Self.name(source), driving: Self.name(driving), times: times, motions: drivings, paths: paths.map { $0! }),
            peak
        )
    }

    /// The driving motion of every frame; the pictures are read again later, so that a video is never held whole.
    private func encode(_ models: [EvaluatedModel], _ progress: (String, Int, Int?) -> Void) throws -> Motions {
        var motions = Motions(values: models.map { _ in [] })
        let reader = try FrameReader(driving)
        var seen = 0, start: Int64 = 0
        try forEachFrame(reader, seen: &seen) { index, frame in
            if index == 0 { start = frame.time }
            motions.times.append(frame.time - start)
            motions.durations.append(frame.duration)
            for (number, model) in models.enumerated() {
                let square = crop.cut(frame.picture, frame: index, for: model.model)
                motions.values[number].append(try model.model.read(square, crop.fit, faces: job.faces).motion)
            }
            progress("encoding", index + 1, job.frames == .all ? reader.frameCount : nil)
        }
        guard !motions.times.isEmpty else {
            throw FileError(.input, driving, "has no frames \(job.frames): it has \(seen) frames")
        }
        return motions
    }

    private func forEachFrame(_ reader: FrameReader, _ body: (Int, VideoFrame) throws -> Void) throws {
        var seen = 0
        try forEachFrame(reader, seen: &seen, body)
    }

    /// The frames of the job's range, counted from 0.
    private func forEachFrame(_ reader: FrameReader, seen: inout Int, _ body: (Int, VideoFrame) throws -> Void) throws {
        while job.frames.last.map({ seen < $0 }) ?? true, let frame = try reader.next() {
            seen += 1
            if seen >= job.frames.first { try body(seen - job.frames.first, frame) }
        }
    }

    private static func mean(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }

    /// Euclidean, in the space of the latent codes; nil where there are none.
    private static func distance(_ a: Tensor?, _ b: Tensor?) -> Double? {
        guard let a, let b else { return nil }
        return zip(a.values, b.values).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
    }

    private static func name(_ path: String) -> String { FileError.printable((path as NSString).lastPathComponent) }
}
