import Files
import Tensors

extension Dataset {
    /// Divides the clips; the division depends on the data set and the argument alone.
    ///
    /// - Returns: indices in `clips`, ascending; every clip is on one side. With several identities, a fraction is met as
    ///   closely as whole identities allow from below, but by one identity at least.
    /// - Throws: `FileError` (input) when a side would be empty (other than for a fraction of 0), a fraction is out of
    ///   range, or a name is unknown.
    public func split(validation: ValidationSplit) throws -> (training: [Int], validation: [Int]) {
        let held: Set<Int>
        switch validation {
        case .fraction(0, _): return (Array(clips.indices), [])
        case .fraction(let fraction, let seed): held = try sampled(fraction, seed: seed)
        case .names(let names): held = try named(names)
        }
        let training = clips.indices.filter { !held.contains($0) }
        guard !held.isEmpty else { throw FileError(.input, path, "no clip is named for validation; name one, or hold out 0") }
        guard !training.isEmpty else {
            throw FileError(
                .input, path, "nothing is left to train on when \(held.count) of \(clips.count) clips are held out; hold out fewer")
        }
        return (training, held.sorted())
    }

    private func sampled(_ fraction: Double, seed: UInt64) throws -> Set<Int> {
        guard fraction > 0, fraction < 1 else {
            throw FileError(.input, path, "cannot hold out \(fraction) of its clips; expected at least 0 and below 1")
        }
        var groups: [[Int]] = []
        var places: [String: Int] = [:]
        for (index, clip) in clips.enumerated() {
            if let place = places[clip.identity] {
                groups[place].append(index)
            } else {
                places[clip.identity] = groups.count
                groups.append([index])
            }
        }
        if groups.count == 1 { groups = clips.indices.map { [$0] } }
        var random = RandomSource(seed: seed)
        for last in groups.indices.dropFirst().reversed() { groups.swapAt(last, random.index(below: last + 1)) }
        let wanted = max(1, Int((fraction * Double(clips.count)).rounded()))
        var held: Set<Int> = []
        var groupsLeft = groups.count
        for group in groups where held.count + group.count <= wanted && groupsLeft > 1 {
            held.formUnion(group)
            groupsLeft -= 1
        }
        // Where every identity has more clips than wanted, the smallest is held out.
        if held.isEmpty, let smallest = groups.min(by: { $0.count < $1.count }) { held.formUnion(smallest) }
        return held
    }

    private func named(_ names: [String]) throws -> Set<Int> {
        var held: Set<Int> = []
        for name in names {
            var found = clips.indices.filter { clips[$0].name == name }
            if found.isEmpty { found = clips.indices.filter { clips[$0].identity == name } }
            guard !found.isEmpty else {
                throw FileError(.input, path, "has no clip and no identity '\(name)' to hold out; check the name")
            }
            held.formUnion(found)
        }
        return held
    }
}
