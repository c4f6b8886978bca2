import Animation
import ArgumentParser
import ModelLibrary
import Networks

/// Which directions of a driving motion are transferred, and what is added to the portrait's own.
struct MotionOptions: ParsableArguments {
    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Adds to the portrait's magnitudes before it is animated, by a direction's name or number: nod=6,6=-2; may be repeated.",
            valueName: "edit"),
        transform: DirectionEdit.init)
    var edits: [DirectionEdit] = []

    @Option(
        name: .customLong("only"),
        help: ArgumentHelp(
            "Transfers the motion along these directions alone, such as 1,4-8,pitch; along the others the portrait stays as it is; may be repeated.",
            valueName: "directions"),
        transform: DirectionList.init)
    var onlyThese: [DirectionList] = []

    @Option(
        name: .customLong("without"),
        help: ArgumentHelp("Transfers the motion but along these directions; may be repeated.", valueName: "directions"),
        transform: DirectionList.init)
    var withoutThese: [DirectionList] = []

    var edit: DirectionEdit? { DirectionEdit(joining: edits) }
    private var only: DirectionList? { DirectionList(joining: onlyThese) }
    private var without: DirectionList? { DirectionList(joining: withoutThese) }

    /// The options that were given and concern the driving motion.
    var ofDriving: [String] { (only == nil ? [] : ["--only"]) + (without == nil ? [] : ["--without"]) }

    func validate() throws {
        if only != nil, without != nil { throw ValidationError("--only and --without exclude each other.") }
    }

    /// What is transferred and added.
    ///
    /// - Throws: `DirectionError` for a direction that the model does not have, `FileError` for a damaged `directions.json`.
    func target(_ transfer: Transfer, of model: PortraitModel) throws -> TargetMotion {
        guard edit != nil || only != nil || without != nil else { return TargetMotion(transfer) }
        let names = try DirectionNames(of: model)
        var transfer = transfer
        transfer.controls = try only.map { Set(try $0.numbers(names)) }
        if let without { transfer.controls = Set(1...names.count).subtracting(try without.numbers(names)) }
        return TargetMotion(transfer, edit: try edit?.offsets(names) ?? [])
    }
}
