/// Which frames show the network how a person's mouth looks, where the user does not say: mouths that are open, spread over the video, the
/// same ones whenever it is asked.
enum ReferenceChoice {
    /// - Parameters:
    ///   - openings: of the frames, how far the lips are open; nil for frames that cannot be used.
    ///   - count: how many are wanted.
    /// - Returns: numbers from 0 in order; nil where there are not so many.
    static func choose(_ openings: [Float?], count: Int) -> [Int]? {
        guard openings.count(where: { $0 != nil }) >= count else { return nil }
        func widest(_ frames: some Sequence<Int>) -> Int? {
            frames.filter { openings[$0] != nil }.max { (openings[$0]!, -$0) < (openings[$1]!, -$1) }
        }
        var chosen = Set<Int>()
        for part in 0..<count {
            if let frame = widest(openings.count * part / count..<openings.count * (part + 1) / count) { chosen.insert(frame) }
        }
        // Parts without a usable frame leave their turn to the rest.
        while chosen.count < count, let frame = widest(openings.indices.filter({ !chosen.contains($0) })) { chosen.insert(frame) }
        return chosen.sorted()
    }
}
