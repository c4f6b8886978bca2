/// Which frames show the network how a person's mouth looks, where the user does not say: mouths that are open and do not grin, spread over the
/// video, the same ones whenever it is asked.
enum ReferenceChoice {
    /// - Parameters:
    ///   - openings: of the frames, how far the lips are open; nil for frames that cannot be used.
    ///   - breadths: of the frames, how broad the mouth is, in any unit that is the same for all.
    ///   - count: how many are wanted.
    /// - Returns: numbers from 0 in order; nil where there are not so many.
    static func choose(_ openings: [Float?], breadths: [Float?], count: Int) -> [Int]? {
        let usable = openings.indices.filter { openings[$0] != nil }
        guard usable.count >= count else { return nil }
        let calm = calm(usable, breadths), frames = calm.count >= count ? calm : usable
        func widest(_ frames: [Int]) -> Int? { frames.max { (openings[$0]!, -$0) < (openings[$1]!, -$1) } }
        var chosen = Set<Int>()
        for part in 0..<count {
            let range = openings.count * part / count..<openings.count * (part + 1) / count
            if let frame = widest(frames.filter(range.contains)) { chosen.insert(frame) }
        }
        // Parts without a usable frame leave their turn to the rest.
        while chosen.count < count, let frame = widest(frames.filter({ !chosen.contains($0) })) { chosen.insert(frame) }
        return chosen.sorted()
    }

    /// Frames whose mouths are not much broader than those of the film's narrowest quarter. The corners of a grin stay visible in a mouth that is
    /// painted by it, and look like stains.
    private static func calm(_ frames: [Int], _ breadths: [Float?]) -> [Int] {
        let ordered = frames.compactMap { breadths[$0] }.sorted()
        guard !ordered.isEmpty else { return [] }
        let most = 1.15 * ordered[(ordered.count - 1) / 4]
        return frames.filter { (breadths[$0] ?? .infinity) <= most }
    }
}
