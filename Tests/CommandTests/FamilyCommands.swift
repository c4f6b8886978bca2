import Media
import Testing
import lia

/// What the tests of families do with commands in their own process.
enum FamilyCommands {
    /// What a command that fails says; nothing where it succeeds.
    static func refusal(_ arguments: [String]) -> String {
        do {
            try Program.execute(arguments)
            return ""
        } catch {
            return "\(error)"
        }
    }

    /// Equal but for levels on either side of where they are rounded, because frames that are computed together share the threads.
    static func expectSame(_ found: Picture, _ made: Picture, _ what: String) {
        let differences = zip(found.pixels, made.pixels).map { abs(Int($0) - Int($1)) }
        let (largest, count) = (differences.max()!, differences.count { $0 > 0 })
        #expect(found.width == made.width && largest <= 1 && count <= differences.count / 500, "\(what): \(count) differ by \(largest)")
    }
}
