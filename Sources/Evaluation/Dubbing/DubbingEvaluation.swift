import Animation
import Faces
import Files
import Foundation
import Media
import Networks
import Puppets
import Tensors

/// Measures networks that dub where the truth is known. The video of a drawn person who says something else is dubbed, and what its mouth
/// then does is compared with the same person drawn as they say it; and a film is dubbed with its own sound, and compared with itself.
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

    /// A film, and what is heard of its sound.
    public struct Film {
        public let path, name: String
        /// (N, 3): 25 rows a second of how far a mouth is open, wide and puckers, from the first frame on.
        public let heard: Tensor

        public init(path: String, name: String, heard: Tensor) {
            precondition(heard.shape.count == 2 && heard.shape[0] > 0 && heard.shape[1] == 3, "\(heard.shape)")
            (self.path, self.name, self.heard) = (path, name, heard)
        }
    }

    /// Who is dubbed.
    public enum Subjects {
        /// A drawn person for each speech.
        case people([Speech])
        /// Films, each with its own sound.
        case films([Film])
    }

    /// At least one, each of which dubs.
    public var models: [PortraitModel]
    public var subjects: Subjects
    /// Side of the drawings, in pixels.
    public var size = 256
    /// Finds faces in drawings and results.
    public var finder: FaceFinder
    /// What hears how well mouths go with what is said, its file, and the side of the mouths that it sees; nil for nothing.
    public var syncNet: (network: SyncNet, path: String, side: Int)?

    public init(models: [PortraitModel], subjects: Subjects, finder: FaceFinder) {
        (self.models, self.subjects, self.finder) = (models, subjects, finder)
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

    /// - Parameter leftOut: told of a film among others that cannot be read, or in which no face is found.
    /// - Throws: `FileError` (input): a model that dubs nothing, or hears something else than mouths; drawings or films of which none can be
    ///   used.
    public func run(
        leftOut: (FileError) -> Void = { _ in },
        progress: @escaping (_ stage: String, _ done: Int, _ total: Int?) -> Void = { _, _, _ in }
    ) throws -> DubbingEvaluationReport {
        for model in models {
            let network = try model.audioDriven
            guard network.sound == .mouth else {
                throw FileError(
                    .input, model.name,
                    "hears \(network.sound.rawValue), and what is said here is what mouths do; choose a model that hears mouths")
            }
        }
        if let syncNet, syncNet.network.soundValues != SpokenSound.mouth.values {
            throw FileError(
                .input, syncNet.path,
                "hears \(syncNet.network.soundValues) values a row, and what is said here is what mouths do, in \(SpokenSound.mouth.values)"
            )
        }
        Scratch.clearLeftovers("lia-dub-")
        let scratch = try Scratch("lia-dub-"), folder = scratch.path
        defer { withExtendedLifetime(scratch) {} }
        var results = models.map { DubbingEvaluationReport.Model(name: $0.name, speeches: []) }
        var source: [DubbingScores] = []
        /// Dubs one video by all models.
        func measure(_ index: Int, _ name: String, heard: Tensor, wanted: Tensor, _ take: DubbedTake) throws {
            let own = folder + "/\(index)", frames = take.truth.count
            try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: false)
            for (frame, picture) in take.before.enumerated() { try picture.write(to: own + String(format: "/%06d.png", frame)) }
            let truth = take.truth.map(opening), heard = heard.items(0..<frames), wanted = wanted.items(0..<frames)
            func scores(_ pictures: [Picture]) -> DubbingScores {
                let mouths = pictures.indices.compactMap { frame in
                    take.mouth(pictures[frame], frame).map { ($0, take.mouth(take.truth[frame], frame)!) }
                }
                let synchrony =
                    mouths.count < frames
                    ? nil
                    : syncNet.flatMap { Synchrony($0.network, mouths: mouths.map(\.0), rows: wanted, side: $0.side, lags: Self.lags) }
                return DubbingScores(
                    name: name, found: pictures.map(opening), truth: truth, wanted: wanted, lags: Self.lags, mouths: mouths,
                    synchrony: synchrony)
            }
            if case .people = subjects {
                guard truth.count(where: { $0 != nil }) > frames / 2 else {
                    throw FileError(.input, "drawn people", "no face is found in most drawings of \(size) px; choose a larger --size")
                }
                source.append(scores(take.before))
            }
            let measured = try models.enumerated().map { number, model in
                let output = folder + "/\(index)-\(number)/"
                var job = DubbingJob(source: own, features: heard, output: output)
                job.supply = .finder(finder)
                _ = try job.run(on: model) { progress("\(model.name), \(name)", $0.done, $0.total) }
                let reader = try FrameReader(output)
                var pictures: [Picture] = []
                while let frame = try reader.next() { pictures.append(frame.picture) }
                try? FileManager.default.removeItem(atPath: output)
                return scores(pictures)
            }
            for (number, scores) in measured.enumerated() { results[number].speeches.append(scores) }
            try? FileManager.default.removeItem(atPath: own)
        }
        switch subjects {
        case .people(let speeches):
            for (index, speech) in speeches.enumerated() {
                let take = DubbedTake(person: index, size: size, saying: speech) { progress("drawing \(speech.name)", $0, $1) }
                try measure(index, speech.name, heard: speech.heard, wanted: speech.truth, take)
            }
            return DubbingEvaluationReport(
                size: size, models: results, source: DubbingEvaluationReport.Model(name: "the source as it is", speeches: source))
        case .films(let films):
            for (index, film) in films.enumerated() {
                do {
                    let take = try DubbedTake(film: film, finder: finder) { progress("reading \(film.name)", $0, $1) }
                    do {
                        try measure(index, film.name, heard: film.heard, wanted: film.heard, take)
                    } catch let error as FileError where error.path.hasPrefix(folder) && !error.isOfTheMachine {
                        // What the user named is the film, not the frames that were made of it.
                        throw FileError(error.side, film.path, error.problem)
                    }
                } catch let error as FileError where films.count > 1 && error.side == .input && !error.isOfTheMachine {
                    leftOut(error)
                }
            }
            guard results.contains(where: { !$0.speeches.isEmpty }) else {
                throw FileError(.input, films[0].path, "and the other films cannot be dubbed; choose others")
            }
            return DubbingEvaluationReport(size: nil, models: results, source: nil)
        }
    }

    /// How far lips are apart; nil where no face is found.
    private func opening(_ picture: Picture) -> Double? {
        finder.faces(in: picture).first.map { Double(FaceDistances($0).lips) }
    }
}
