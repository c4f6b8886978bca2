import Faces

/// What is said in a clip, moment by moment: rows of the mouth's numbers, or of sound features.
struct SpokenRows: Sendable {
    /// Values of a row.
    let width: Int
    private let values: [Float]
    /// Rows a second; 0 for a photo, which says the same for ever.
    private let rate: Double

    /// - Parameter values: at least one row.
    init(_ values: [Float], width: Int, rate: Double) { (self.values, self.width, self.rate) = (values, width, rate) }

    /// The numbers of a mouth, open, wide and pucker in the units of drawn people, of the frames of a clip.
    ///
    /// Landmarks do not tell pucker from a narrow mouth. Speech has both at once, as in 'oo', and so a mouth that is narrower than at rest
    /// puckers here.
    ///
    /// - Parameter measures: of the frames' faces; nil where none was found.
    /// - Returns: nil where no face was found.
    init?(_ measures: [FaceMeasures?], rate: Double) {
        let known = measures.indices.filter { measures[$0] != nil }
        guard let last = known.last else { return nil }
        let widths = known.map { measures[$0]!.mouthWidth }.sorted(), rest = widths[widths.count / 2]
        func mouth(_ face: FaceMeasures) -> SIMD3<Float> {
            let breadth = face.mouthWidth / rest - 1, pucker = min(1, max(0, -breadth / Self.narrowest))
            return SIMD3(
                min(max(0, Self.lips * face.lips - Self.touching), Self.widest),
                breadth > 0 ? min(1, breadth / Self.broadest) : -Self.narrow * pucker, pucker)
        }
        var next = 0
        let rows = measures.indices.map { frame -> SIMD3<Float> in
            // Where no face is seen, between the frames where one is.
            while next < known.count - 1, known[next] < frame { next += 1 }
            let after = known[next], before = known[max(0, after > frame ? next - 1 : next)]
            guard before < after, frame <= last else { return mouth(measures[after]!) }
            let share = Float(max(0, frame - before)) / Float(after - before)
            return mouth(measures[before]!) * (1 - share) + mouth(measures[after]!) * share
        }
        self.init(rows.flatMap { [$0.x, $0.y, $0.z] }, width: 3, rate: measures.count > 1 ? rate : 0)
    }

    /// How far lips are open by their distance in distances of the eyes' outer corners; what lips that touch measure; and what is allowed.
    private static let lips: Float = 5, touching: Float = 0.03, widest: Float = 1.5
    /// By how much of its breadth at rest a mouth is broader where wide is 1, and narrower where pucker is 1; and how wide it is then.
    private static let broadest: Float = 0.2, narrowest: Float = 0.3, narrow: Float = 0.55

    /// The row at a moment.
    func row(at seconds: Double) -> [Float] {
        let last = values.count / width - 1, place = min(max(0, seconds * rate), Double(last))
        let first = min(Int(place), max(0, last - 1)), second = min(first + 1, last), share = Float(place - Double(first))
        return (0..<width).map { values[first * width + $0] * (1 - share) + values[second * width + $0] * share }
    }

    /// The rows around a moment, 25 a second: (width, count), one after another along the last axis.
    func around(_ seconds: Double, count: Int) -> [Float] {
        let rows = (0..<count).map { row(at: seconds + Double($0 - count / 2) / Self.framesPerSecond) }
        return (0..<width).flatMap { value in rows.map { $0[value] } }
    }

    /// Rows that the network reads a second.
    static let framesPerSecond = 25.0
}
