import CKernels
import Foundation

/// The numbers in which convolutions multiply. Sums, everything between convolutions, and training are always float32.
public enum Precision: String, CaseIterable, Sendable {
    case float32
    /// Inputs and weights rounded to 8 significant bits, where that is faster: products of pairs take half the time of float32, and tiles far
    /// less. Winograd's ways round what they transformed these to, unless there are tiles, which multiply kernels as they are.
    case bfloat16

    /// The current precision.
    public static var current: Precision { chosen ?? `default` }

    /// The precision for one piece of work, set by `Precision.$chosen.withValue(.bfloat16) { … }`; nil for the default.
    @TaskLocal public static var chosen: Precision?

    /// The precision if none is chosen.
    nonisolated(unsafe) public static var `default` = Precision.float32

    /// Whether this processor multiplies bfloat16 faster than float32, as those with AVX512-BF16 do.
    public static var hasFastBFloat16: Bool { kernels_have_bfloat16() != 0 }

    /// Whether bfloat16 is multiplied by tiles, which processors with AMX do fastest. Others emulate it slowly, for tests.
    @TaskLocal package static var takesTiles = kernels_have_tiles() != 0
}
