import ArgumentParser
import ModelLibrary

/// Which part of a driving motion is transferred, and what is added to the portrait's own.
struct MotionOptions: ParsableArguments {
    @Option(
        name: .customLong("set"), parsing: .unconditional,
        help: ArgumentHelp(
            "Adds to the portrait's magnitudes before it is animated, by a direction's name or number: nod=1.5,6=-2.",
            valueName: "edit"),
        transform: DirectionEdit.init)
    var edit: DirectionEdit?

    @Option(
        help: ArgumentHelp(
            "Transfers the motion along these directions alone, such as 1,4-8,nod; along the others the portrait stays as it is.",
            valueName: "directions"),
        transform: DirectionList.init)
    var only: DirectionList?

    @Option(
        help: ArgumentHelp("Transfers the motion but along these directions.", valueName: "directions"),
        transform: DirectionList.init)
    var without: DirectionList?

    func validate() throws {
        if only != nil, without != nil { throw ValidationError("--only and --without exclude each other.") }
    }

    /// Whether the model's direction names are needed.
    var isGiven: Bool { edit != nil || only != nil || without != nil }

    /// - Returns: what is added to each magnitude (empty for nothing), and the directions transferred, 1…M (nil for all).
    /// - Throws: `DirectionError` for a direction that the model does not have.
    func resolve(_ names: DirectionNames) throws -> (edit: [Float], transferred: Set<Int>?) {
        var transferred = try only.map { Set(try $0.numbers(names)) }
        if let without { transferred = Set(1...names.count).subtracting(try without.numbers(names)) }
        return (try edit?.offsets(names) ?? [], transferred)
    }
}
