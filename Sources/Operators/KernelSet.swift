import CKernels
import Foundation

/// The set of inner loops that runs: the one for the processor at hand, or a lower one that the environment variable `LIA_KERNELS` names.
public enum KernelSet: String, CaseIterable, Sendable {
    case amx, avx512, avx2, plain

    /// The set in use.
    public static var current: KernelSet { KernelSet(rawValue: String(cString: kernels_in_use()))! }

    /// The value of `LIA_KERNELS` if it names no set.
    public static var unknownChoice: String? {
        guard let choice = ProcessInfo.processInfo.environment["LIA_KERNELS"], KernelSet(rawValue: choice) == nil else {
            return nil
        }
        return choice
    }
}
