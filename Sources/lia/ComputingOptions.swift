import ArgumentParser
import Operators

/// How a command computes, whatever network it runs.
struct ComputingOptions: ParsableArguments {
    @OptionGroup var threads: ThreadOptions

    @Option(
        help: ArgumentHelp(
            "Numbers that convolutions multiply: float32, bfloat16 (less exact, faster where the processor has instructions for "
                + "it), or automatic: bfloat16 where it is faster."))
    var precision: PrecisionChoice = .float32

    func apply() {
        threads.apply()
        Precision.default = precision.resolved
    }
}
