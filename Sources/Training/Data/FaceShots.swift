import Faces
import Media

/// The shots of a film and where the face is in each: one square for a whole shot.
struct FaceShots {
    /// Frames that follow one another without a cut.
    struct Shot: Equatable {
        /// Numbers of the film's frames, from 0.
        var frames: Range<Int>
        /// Around the largest face of the first frame that shows one; nil where none does.
        var square: FaceRectangle?
    }

    private let finder: FaceFinder
    private(set) var shots: [Shot] = []
    private var cuts = ShotCuts()
    private var survey: FaceSurvey

    init(_ finder: FaceFinder) {
        self.finder = finder
        survey = Self.survey(finder)
    }

    private static func survey(_ finder: FaceFinder) -> FaceSurvey { FaceSurvey(finder: finder, choice: .largest, path: "") }

    /// Looks at the next frame.
    mutating func look(at picture: Picture) {
        let number = shots.last?.frames.upperBound ?? 0
        if cuts.isCut(picture) || shots.isEmpty {
            close()
            shots.append(Shot(frames: number..<number))
            survey = Self.survey(finder)
        }
        survey.look(at: picture)
        shots[shots.count - 1].frames = shots[shots.count - 1].frames.lowerBound..<number + 1
    }

    /// Lays the square of the shot that has ended.
    mutating func close() {
        guard !shots.isEmpty, shots[shots.count - 1].square == nil, let trail = try? survey.result().first else { return }
        shots[shots.count - 1].square = CropGeometry.fixedSquare(around: trail.glimpses.compactMap { $0?.box })
    }
}
