import CKernels
import Foundation

/// In what numbers convolutions multiply. Sums, and all that is between convolutions, are float32 always, and so is training.
public enum Precision: String, CaseIterable, Sendable {
    case float32
    /// Inputs and weights rounded to 8 significant bits: twice as many products where the processor has an instruction for it.
    case bfloat16

    /// The precision in force.
    public static var current: Precision { chosen ?? standard }

    /// The precision for one piece of work: `Precision.$chosen.withValue(.bfloat16) { … }`.
    @TaskLocal public static var chosen: Precision?

    /// The precision where none is chosen.
    nonisolated(unsafe) public static var standard = Precision.float32

    /// Whether this processor multiplies bfloat16 faster than float32, as those with AVX512-BF16 do.
    public static var hasFastBFloat16: Bool { kernels_have_bfloat16() != 0 }

    /// Whether bfloat16 is multiplied by tiles, as processors with AMX do fastest. Others can, slowly, to test it.
    @TaskLocal package static var takesTiles = kernels_have_tiles() != 0
}
