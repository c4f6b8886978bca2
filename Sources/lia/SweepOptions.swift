import Animation
import ArgumentParser
import Media
import ModelLibrary

/// How a sweep along directions is made.
struct SweepOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The directions to sweep, such as 1,4-8,pitch (default: all).", valueName: "directions"),
        transform: DirectionList.init)
    var directions: DirectionList?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The values of α, what is added to a magnitude (default: each direction's stored range; of others the family's, -3..3 for LIA).",
            valueName: "low..high"))
    var range: AmountRange?

    @Option(help: ArgumentHelp("How many values of α, both ends included: 2 to 201.", valueName: "count"))
    var steps = 17

    @Option(
        help: ArgumentHelp(
            "What the sweep starts from: own (the source's motion), zero (the canonical pose), or the motion of another picture or "
                + "of a motion file's first frame.", valueName: "own|zero|path"),
        completion: .file(), transform: SweepBase.init)
    var base = SweepBase.own

    @OptionGroup var crop: CropOptions

    /// Whether any option was given.
    var isGiven: Bool {
        directions != nil || range != nil || steps != 17 || base != .own || crop.isGiven
    }

    func validate() throws {
        guard (2...201).contains(steps) else { throw ValidationError("--steps wants a number from 2 to 201, not \(steps).") }
    }
}

extension AmountRange: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
    public var defaultValueDescription: String { description }
}
