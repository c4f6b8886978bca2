import Foundation

/// An edit of magnitudes as people write it, "nod=1.5,6=-2": how much is added to which directions.
///
/// It is read before any model is known; `offsets` then asks the model's names what the words stand for.
public struct DirectionEdit: Equatable, Sendable, CustomStringConvertible {
    /// A direction's name or number, as written.
    struct Change: Equatable, Sendable {
        let direction: String
        /// α, in units of the direction's magnitude.
        let amount: Float
    }

    /// The largest |α|: far outside what any model was trained on, and far from where float32 overflows.
    public static let largestAmount: Float = 1000

    let changes: [Change]

    /// Reads "nod=1.5,6=-2".
    ///
    /// - Throws: `DirectionError` when a part is no direction, "=" and finite number of at most `largestAmount`.
    public init(_ text: String) throws {
        changes = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            let halves = part.split(separator: "=", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard halves.count == 2, !halves[0].isEmpty else {
                throw DirectionError(
                    "expected an edit such as nod=1.5,6=-2, found \"\(DirectionNames.shortened(String(part)))\"")
            }
            guard let amount = Float(halves[1]), amount.isFinite, abs(amount) <= Self.largestAmount else {
                throw DirectionError(
                    "expected a number from -\(Int(Self.largestAmount)) to \(Int(Self.largestAmount)) for \(halves[0]), found "
                        + "\"\(DirectionNames.shortened(halves[1]))\"")
            }
            return Change(direction: halves[0], amount: amount)
        }
    }

    /// All changes of several edits; nil where there are none.
    public init?(joining edits: [DirectionEdit]) {
        guard !edits.isEmpty else { return nil }
        changes = edits.flatMap(\.changes)
    }

    public var description: String { changes.map { "\($0.direction)=\($0.amount)" }.joined(separator: ",") }

    /// What is added to each magnitude: M values, that of direction i at place i − 1.
    ///
    /// - Throws: `DirectionError` for a direction that the model does not have, or that is edited twice.
    public func offsets(_ names: DirectionNames) throws -> [Float] {
        var offsets = [Float](repeating: 0, count: names.count)
        var edited = Set<Int>()
        for change in changes {
            let number = try names.number(of: change.direction)
            guard edited.insert(number).inserted else {
                throw DirectionError("direction \(names.label(of: number)) is edited twice; write it once")
            }
            offsets[number - 1] = change.amount
        }
        return offsets
    }
}
