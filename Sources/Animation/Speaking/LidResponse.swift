import Faces
import Networks

/// How far a portrait's lids come together along the controls that shut them. Networks shut those of some portraits early, and draw the brows over
/// the eyes beyond.
package struct LidResponse {
    /// Of a whole blink's amounts, the part at which the lids are shut.
    package let part: Float

    /// Steps to a whole blink.
    private static let steps = 8
    /// Of how far lids were apart, what the face mesh finds between shut ones.
    private static let shut: Float = 0.58

    /// - Parameter distances: how far lids are apart at 0, and after each of equal steps to a whole blink; at least two.
    package init(distances: [Float]) {
        let last = distances.count - 1, wanted = Self.shut * distances[0]
        let place: Float
        if let next = distances.indices.dropFirst().first(where: { distances[$0] <= wanted }) {
            place = Float(next) - (wanted - distances[next]) / (distances[next - 1] - distances[next])
        } else {
            place = Float(last)
        }
        part = place / Float(last)
    }

    /// Moves a portrait along the controls, from its own motion, and looks how far its lids are apart.
    ///
    /// - Parameters:
    ///   - blinks: the controls, by their places among them, and the amounts of a whole blink; at least one.
    ///   - controls: how many the portrait's model has.
    /// - Returns: nil where no face is found in one of the pictures.
    package init?(of portrait: any EncodedPortrait, blinks: [(place: Int, whole: Float)], controls: Int, finder: FaceFinder) {
        let ends = blinks.map { (place: $0.place, amount: $0.whole) }
        guard let distances = portrait.distances(along: ends, steps: Self.steps, controls: controls, finder: finder) else { return nil }
        self.init(distances: distances.map(\.lids))
    }
}
