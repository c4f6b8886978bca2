import Animation
import Faces
import Files
import Foundation
import Media
import Networks
import Puppets
import Tensors

/// Measures networks that dub on drawn people who speak: the video of somebody who says something else is dubbed, and what its mouth then does
/// is compared with the same person drawn as they say it.
public struct DubbingEvaluation {
    /// What is to be said, 25 rows a second of how far a mouth is open, wide and puckers.
    public struct Speech {
        public let name: String
        /// (N, 3): what the network is told, and what the mouth truly does.
        public let heard, truth: Tensor

        public init(name: String, heard: Tensor, truth: Tensor) {
            precondition(heard.shape == truth.shape && heard.shape.count == 2 && heard.shape[1] == 3, "\(heard.shape), \(truth.shape)")
            (self.name, self.heard, self.truth) = (name, heard, truth)
        }
    }

    /// At least one, each of which dubs.
    public var models: [PortraitModel]
    public var speeches: [Speech]
    /// Side of the drawings, in pixels.
    public var size = 256
    /// Finds faces in drawings and results.
    public var finder: FaceFinder
    /// What hears how well mouths go with what is said, its file, and the side of the mouths that it sees; nil for nothing.
    public var syncNet: (network: SyncNet, path: String, side: Int)?

    public init(models: [PortraitModel], speeches: [Speech], finder: FaceFinder) {
        (self.models, self.speeches, self.finder) = (models, speeches, finder)
    }

    /// Speech that drawn people make up, of which the networks are told the truth.
    public static func invented(count: Int, frames: Int) -> [Speech] {
        (0..<count).map { index in
            let mouth = SpokenMouth(seed: EvaluationJob.firstSeed + UInt64(index))
            let values = (0..<frames).flatMap { frame -> [Float] in
                let shape = mouth(at: Double(frame) / Double(DubbingJob.framesPerSecond))
                return [shape.open, shape.wide, shape.pucker]
            }
            let rows = Tensor(values, [frames, 3])
            return Speech(name: "person \(index + 1)", heard: rows, truth: rows)
        }
    }

    /// Frames by which mouths are moved against each other to find how late one is.
    private static let lags = 5

    /// - Throws: `FileError` (input): a model that dubs nothing, or hears something else than mouths; a drawing in which no face is found.
    public func run(
        progress: @escaping (_ stage: String, _ done: Int, _ total: Int?) -> Void = { _, _, _ in }
    ) throws -> DubbingEvaluationReport {
        for model in models {
            let network = try model.audioDriven
            guard network.sound == .mouth else {
                throw FileError(.input, model.name, "hears \(network.sound.rawValue), and drawn people say only what mouths do")
            }
        }
        if let syncNet, syncNet.network.soundValues != SpokenSound.mouth.values {
            throw FileError(
                .input, syncNet.path,
                "hears \(syncNet.network.soundValues) values a row, and drawn people say only what mouths do, in \(SpokenSound.mouth.values)"
            )
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lia-dub-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var results = models.map { DubbingEvaluationReport.Model(name: $0.name, speeches: []) }
        var source: [DubbingScores] = []
        for (index, speech) in speeches.enumerated() {
            let person = DubbedPerson(index, size: size), frames = speech.truth.shape[0]
            let own = folder + "/\(index)"
            try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: false)
            var said: [Picture] = [], before: [Picture] = []
            for frame in 0..<frames {
                let picture = person.before(frame)
                try picture.write(to: own + String(format: "/%06d.png", frame))
                before.append(picture)
                said.append(person.saying(speech.truth, frame))
                progress("drawing \(speech.name)", frame + 1, frames)
            }
            let truth = said.map(opening)
            guard truth.count(where: { $0 != nil }) > frames / 2 else {
                throw FileError(.input, "drawn people", "no face is found in most drawings of \(size) px; choose a larger --size")
            }
            func scores(_ pictures: [Picture]) -> DubbingScores {
                let mouths = pictures.indices.map { person.mouth(pictures[$0], $0) }
                let synchrony = syncNet.flatMap {
                    Synchrony($0.network, mouths: mouths, rows: speech.truth, side: $0.side, lags: Self.lags)
                }
                return DubbingScores(
                    name: speech.name, found: pictures.map(opening), truth: truth, wanted: speech.truth, lags: Self.lags,
                    mouths: mouths.enumerated().map { ($1, person.mouth(said[$0], $0)) }, synchrony: synchrony)
            }
            source.append(scores(before))
            for (number, model) in models.enumerated() {
                let output = folder + "/\(index)-\(number)/"
                var job = DubbingJob(source: own, features: speech.heard, output: output)
                job.supply = .finder(finder)
                _ = try job.run(on: model) { progress("\(model.name), \(speech.name)", $0.done, $0.total) }
                let reader = try FrameReader(output)
                var pictures: [Picture] = []
                while let frame = try reader.next() { pictures.append(frame.picture) }
                results[number].speeches.append(scores(pictures))
                try? FileManager.default.removeItem(atPath: output)
            }
            try? FileManager.default.removeItem(atPath: own)
        }
        return DubbingEvaluationReport(
            size: size, models: results, source: DubbingEvaluationReport.Model(name: "the source as it is", speeches: source))
    }

    /// How far lips are apart; nil where no face is found.
    private func opening(_ picture: Picture) -> Double? {
        finder.faces(in: picture).first.map { Double(FaceDistances($0).lips) }
    }
}
