import Faces
import Networks

/// The clips of a data set whose mouths can be painted: where they are, frame by frame.
struct RefinerClips: Sendable {
    struct Clip: Sendable {
        /// Of the data set.
        let first: Int
        /// The frames, counted from the first, in which a face was found: at least some.
        let frames: [Int]
        /// Of every frame; nil where no face was found.
        let mouths: [(square: MouthSquare, lips: LipLines, opening: Float)?]
    }

    let clips: [Clip]

    /// Fewer frames than this give no choice.
    private static let fewest = 4

    init(_ dataset: Dataset, clips numbers: [Int], landmarks: FaceLandmarks) {
        clips = numbers.compactMap { number in
            let clip = dataset.clips[number]
            let mouths = clip.frames.map { frame in
                landmarks.face(frame: frame).map { points in
                    func place(_ number: Int) -> SIMD2<Float> { SIMD2(points[number].x, points[number].y) }
                    return (MouthSquare(mesh: place), LipLines(mesh: place), FaceMeasures(points).lips)
                }
            }
            let frames = mouths.indices.filter { mouths[$0] != nil }
            return frames.count < Self.fewest ? nil : Clip(first: clip.first, frames: frames, mouths: mouths)
        }
    }
}
