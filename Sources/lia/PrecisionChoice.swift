import ArgumentParser
import Operators

/// What `--precision` takes.
enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
    case float32, bfloat16, automatic

    /// What is computed with on this processor; prints a note where it is not the requested one.
    var resolved: Precision {
        switch self {
        case .float32: return .float32
        case .automatic: return Precision.hasFastBFloat16 ? .bfloat16 : .float32
        case .bfloat16:
            if Precision.hasFastBFloat16 { return .bfloat16 }
            Output.note("this processor has no instructions for bfloat16; computing in float32")
            return .float32
        }
    }
}
