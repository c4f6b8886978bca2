import Foundation

/// Some of a model's directions as people write them: "1,4-8,nod".
///
/// It is read before any model is known; `numbers` then asks the model's names what the words stand for.
public struct DirectionList: Equatable, Sendable, CustomStringConvertible {
    /// As written.
    public let description: String

    /// - Throws: `DirectionError` when a part is empty.
    public init(_ text: String) throws {
        guard
            text.split(separator: ",", omittingEmptySubsequences: false)
                .allSatisfy({ !$0.trimmingCharacters(in: .whitespaces).isEmpty })
        else {
            throw DirectionError("expected directions such as 1,4-8,nod, found \"\(DirectionNames.shortened(text))\"")
        }
        description = text
    }

    /// The directions of several lists; nil where there are none.
    public init?(joining lists: [DirectionList]) {
        guard !lists.isEmpty else { return nil }
        description = lists.map(\.description).joined(separator: ",")
    }

    /// The directions, 1…M, in the order they are written in, each once.
    ///
    /// - Throws: `DirectionError` for one that the model does not have, or a range that runs backwards.
    public func numbers(_ names: DirectionNames) throws -> [Int] {
        var numbers: [Int] = []
        for part in description.split(separator: ",") {
            let word = part.trimmingCharacters(in: .whitespaces)
            let ends = word.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
            // A name may have a hyphen, but no name is made of digits.
            if ends.count == 2, ends.allSatisfy({ DirectionNames.wholeNumber($0) != nil }) {
                let (first, last) = (try names.number(of: ends[0]), try names.number(of: ends[1]))
                guard first <= last else { throw DirectionError("\(word) runs backwards; write \(last)-\(first)") }
                numbers += first...last
            } else {
                numbers.append(try names.number(of: word))
            }
        }
        var seen = Set<Int>()
        return numbers.filter { seen.insert($0).inserted }
    }
}
