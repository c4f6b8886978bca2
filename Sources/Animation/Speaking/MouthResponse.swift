import Faces
import Networks

/// How far a portrait's lips part along the control that opens its mouth. Networks part lips late, of some portraits later than of others, so
/// that speech whose openings are amounts would not be seen where it is quiet.
package struct MouthResponse {
    /// Equally many amounts apart, from 0 on, and how far lips are then apart beyond how they are at 0, never falling.
    private let step: Float
    private let openings: [Float]
    /// The opening that a whole mouth has.
    private let whole: Float

    /// Steps to the control's end.
    private static let steps = 8
    /// A mouth that opens less than this, as part of the distance of the eyes' outer corners, is none that landmarks see open.
    private static let least: Float = 0.08
    /// How far mouths open that speak loudly.
    private static let most: Float = 0.35
    /// Of a whole mouth, the part below which the way to the first amount that parts lips is gone little by little.
    private static let quiet: Float = 0.12

    /// - Parameter openings: how far lips are apart at 0, step, 2·step …; at least two.
    /// - Returns: nil where they hardly part.
    package init?(step: Float, openings: [Float]) {
        var furthest: Float = 0
        self.openings = openings.map { opening in
            furthest = max(furthest, opening - openings[0])
            return furthest
        }
        self.step = step
        guard furthest >= Self.least else { return nil }
        whole = min(Self.most, furthest)
    }

    /// Moves a portrait along the control, from its own motion, and looks how far its lips are apart.
    ///
    /// - Parameters:
    ///   - mouth: the control, by its place among them, and the amount that opens the mouth furthest.
    ///   - controls: how many the portrait's model has.
    /// - Returns: nil where no face is found in one of the pictures, or the lips hardly part.
    package init?(of portrait: any EncodedPortrait, mouth: (place: Int, end: Float), controls: Int, finder: FaceFinder) {
        guard
            let distances = portrait.distances(along: [(mouth.place, mouth.end)], steps: Self.steps, controls: controls, finder: finder)
        else { return nil }
        self.init(step: mouth.end / Float(Self.steps), openings: distances.map(\.lips))
    }

    /// The amount at which the mouth is open by a part of its whole.
    ///
    /// - Parameter part: 0 shut, 1 whole; more counts as 1, and less than 0 changes nothing.
    package func amount(_ part: Float) -> Float {
        guard part > 0 else { return 0 }
        let wanted = min(1, part) * whole
        let next = max(1, openings.firstIndex { $0 >= wanted } ?? openings.count - 1)
        let (low, high) = (openings[next - 1], openings[next])
        let between = high > low ? min(1, max(0, (wanted - low) / (high - low))) : 1
        return step * (Float(next - 1) + between) * min(1, part / Self.quiet)
    }
}
