import Media

/// Tells where a film cuts to another shot: where a picture differs from the one before far more than it has differed so far.
struct ShotCuts {
    /// Pictures are compared by so many squares on a side.
    private static let cells = 16
    /// The least mean difference of the squares' means, in levels.
    private static let least: Float = 22
    /// How many times the difference so far.
    private static let factor: Float = 4

    private var last: [Float]?
    /// The mean difference of neighboring pictures in this shot, the last ones weighted most.
    private var usual: Float = 0

    /// Whether the next picture begins another shot.
    mutating func isCut(_ picture: Picture) -> Bool {
        let means = Self.means(picture)
        defer { last = means }
        guard let last else { return false }
        let difference = zip(means, last).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(means.count)
        guard difference > Self.least, difference > Self.factor * usual else {
            usual += 0.2 * (difference - usual)
            return false
        }
        usual = 0
        return true
    }

    /// The mean level of each channel in each square.
    private static func means(_ picture: Picture) -> [Float] {
        picture.resized(width: cells, height: cells).pixels.map(Float.init)
    }
}
