import Faces
import Files
import Foundation
import Networks
import Speech

/// The clips of a data set whose people may be dubbed: where their mouths are, and what they say.
struct SpokenClips: Sendable {
    struct Clip: Sendable {
        /// Of the data set.
        let index: Int
        let first: Int
        let framesPerSecond: Double
        /// Of every frame; nil where no face was found.
        let places: [MouthPlace?]
        /// The frames, counted from the first, that can be cut out.
        let frames: [Int]
        /// How far the lips of every frame are apart; 0 where no face was found.
        let lips: [Float]
        let rows: SpokenRows
        /// Of the whole data set.
        let landmarks: FaceLandmarks

        /// The moment of a frame, in seconds.
        func time(_ frame: Int) -> Double { framesPerSecond > 0 ? Double(frame) / framesPerSecond : 0 }

        /// The frame of a moment, among those of the clip.
        func frame(_ seconds: Double) -> Int { min(max(0, Int((seconds * framesPerSecond).rounded())), places.count - 1) }
    }

    /// Films with some frames to choose from, and photos.
    let films, photos: [Clip]

    /// What is learned from and what is held out; nothing of either without landmarks.
    ///
    /// - Throws: `FileError` (input), as for clips, landmarks and features.
    static func split(
        _ dataset: Dataset, _ split: ValidationSplit, landmarks path: String, layout: MouthLayout,
        features: (folder: String, values: Int)?
    ) throws -> (training: SpokenClips, validation: SpokenClips) {
        let split = try dataset.split(validation: split)
        guard !path.isEmpty else { return (none, none) }
        let landmarks = try FaceLandmarks(path: path, dataset: dataset)
        func clips(_ numbers: [Int]) throws -> SpokenClips {
            try SpokenClips(dataset, clips: numbers, landmarks: landmarks, layout: layout, features: features)
        }
        return (try clips(split.training), try clips(split.validation))
    }

    private static let none = SpokenClips(films: [], photos: [])

    init(films: [Clip], photos: [Clip]) { (self.films, self.photos) = (films, photos) }

    /// Fewer frames than this give no choice.
    private static let fewest = 8
    /// The radius follows the largest face this many frames around, as where videos are dubbed.
    private static let reach = 2

    /// - Parameters:
    ///   - clips: the numbers of the clips to look at.
    ///   - features: a folder of rows of sound features; nil for the mouth's numbers.
    /// - Throws: `FileError` (input) for features that are missing or cannot be read.
    init(
        _ dataset: Dataset, clips: [Int], landmarks: FaceLandmarks, layout: MouthLayout, features: (folder: String, values: Int)?
    ) throws {
        var films: [Clip] = [], photos: [Clip] = []
        for index in clips {
            let clip = dataset.clips[index], points = clip.frames.map { landmarks.face(frame: $0) }
            let own = points.map { $0.map { MouthPlace($0) } }
            let places = own.indices.map { frame -> MouthPlace? in
                guard var place = own[frame] else { return nil }
                let near = own[max(0, frame - Self.reach)...min(own.count - 1, frame + Self.reach)]
                place.radius = near.compactMap { $0?.radius }.max()!
                return place
            }
            let frames = places.indices.filter { places[$0].map { MouthCut($0, layout, jitter: .none).isInside } ?? false }
            let isFilm = clip.count > 1
            guard frames.count >= (isFilm ? Self.fewest : 1) else { continue }
            let measures = points.map { $0.map { FaceMeasures($0) } }
            var rows: SpokenRows?
            if let features {
                guard isFilm else { continue }
                let path = (features.folder as NSString).appendingPathComponent(clip.name + ".npy")
                rows = SpokenRows(
                    try SpeechFeatures.read(path, values: features.values).values, width: features.values, rate: SpokenRows.framesPerSecond)
            } else {
                rows = SpokenRows(measures, rate: clip.framesPerSecond)
            }
            guard let rows else { continue }
            let found = Clip(
                index: index, first: clip.first, framesPerSecond: clip.framesPerSecond, places: places, frames: frames,
                lips: measures.map { $0?.lips ?? 0 }, rows: rows, landmarks: landmarks)
            if isFilm { films.append(found) } else { photos.append(found) }
        }
        (self.films, self.photos) = (films, photos)
    }
}
