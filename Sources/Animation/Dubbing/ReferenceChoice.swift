/// Which frames show the network how a person's mouth looks, where the user does not say: mouths that are open as in speech and do not grin, of a head
/// that is turned as in most frames, spread over the video, the same ones whenever it is asked.
enum ReferenceChoice {
    /// How far a head may be turned otherwise than in most frames: by how much of its breadth the nose is nearer to one ear.
    private static let turn: Float = 0.1
    /// A mouth that is open as far as this is the best; one that screams stays open whatever is said.
    private static let open: Float = 0.4
    /// By how much mouths may be broader than those of the narrowest quarter. The corners of a grin stay visible in a mouth that is painted by it, and
    /// look like stains.
    private static let broader: Float = 1.15

    /// - Parameters:
    ///   - faces: of the frames; nil for frames that cannot be used.
    ///   - count: how many are wanted.
    /// - Returns: numbers from 0 in order; nil where there are not so many.
    static func choose(_ faces: [FaceOutline?], count: Int) -> [Int]? {
        let usable = faces.indices.filter { faces[$0] != nil }
        guard usable.count >= count else { return nil }
        let near = near(usable, faces, count), calm = calm(near, faces), frames = calm.count >= count ? calm : near
        func worth(_ frame: Int) -> Float { min(faces[frame]!.opening, 2 * open - faces[frame]!.opening) }
        func best(_ frames: [Int]) -> Int? { frames.max { (worth($0), -$0) < (worth($1), -$1) } }
        var chosen = Set<Int>()
        for part in 0..<count {
            let range = faces.count * part / count..<faces.count * (part + 1) / count
            if let frame = best(frames.filter(range.contains)) { chosen.insert(frame) }
        }
        // Parts without a usable frame leave their turn to the rest.
        while chosen.count < count, let frame = best(frames.filter({ !chosen.contains($0) })) { chosen.insert(frame) }
        return chosen.sorted()
    }

    /// Frames whose heads are turned as in most; at least `count`, those nearest to that.
    private static func near(_ frames: [Int], _ faces: [FaceOutline?], _ count: Int) -> [Int] {
        let turns = frames.map { faces[$0]!.turn }, usual = turns.sorted()[turns.count / 2]
        func distance(_ frame: Int) -> Float { abs(faces[frame]!.turn - usual) }
        let near = frames.filter { distance($0) <= turn }
        return near.count >= count ? near : Array(frames.sorted { (distance($0), $0) < (distance($1), $1) }.prefix(count)).sorted()
    }

    /// Frames whose mouths are not much broader than those of the narrowest quarter.
    private static func calm(_ frames: [Int], _ faces: [FaceOutline?]) -> [Int] {
        let ordered = frames.map { faces[$0]!.breadth }.sorted(), most = broader * ordered[(ordered.count - 1) / 4]
        return frames.filter { faces[$0]!.breadth <= most }
    }
}
