// Milliseconds of every operator on the shapes of the list `OperatorCase.all`, which the tests of values and gradients read too; beside
// them GFLOP/s and GB/s, and the speed of this machine's own matrix product. With --gradients, of the operator and its gradients.
//
//     swift run -c release --package-path Benchmarks operators [--only convolution] [--all] [--gradients] [--rounds 7]
//         [--threads 2] [--json]
//
// --only takes the beginning of an operator's name. --all adds the small and medium cases, whose overhead is larger than their work.
import Foundation
import Measuring
import OperatorCases
import Operators
import Tensors

/// The time of one case.
struct Timing {
    let name: String
    let seconds: Double
    /// Floating-point operations, and bytes of inputs and results.
    let operations, bytes: Double
}

func timing(_ operatorCase: OperatorCase, rounds: Int, withGradients: Bool) -> Timing {
    let inputs = operatorCase.tensors()
    let watched = zip(inputs, operatorCase.inputs).filter { $1.gradient != .none }.map(\.0)
    func run() {
        guard withGradients else {
            _ = operatorCase.run(inputs)
            return
        }
        let tape = Tape(watching: watched)
        let outputs = Tape.$current.withValue(tape) { operatorCase.run(inputs) }
        _ = tape.gradients(of: outputs[0])
    }
    let profile = OperatorProfile()
    OperatorProfile.$current.withValue(profile) { _ = operatorCase.run(inputs) }
    // Short work is repeated, so that a round takes about a millisecond at least.
    var warming = Stopwatch()
    warming.time { run() }
    let repetitions = max(1, Int(1e-3 / warming.median))
    var watch = Stopwatch()
    for _ in 0..<rounds {
        watch.time {
            for _ in 0..<repetitions { run() }
        }
    }
    let entries = profile.entries
    return Timing(
        name: operatorCase.description, seconds: watch.median / Double(repetitions), operations: entries.reduce(0) { $0 + $1.operations },
        bytes: entries.reduce(0) { $0 + $1.bytes })
}

var arguments = Arguments()
let rounds = arguments.number("--rounds", 7), only = arguments.text("--only") ?? ""
Parallel.threads = arguments.number("--threads", Parallel.threads)
let wantsAll = arguments.flag("--all"), wantsGradients = arguments.flag("--gradients"), wantsJSON = arguments.flag("--json")
arguments.finish()

let cases = OperatorCase.all.filter {
    (wantsAll || $0.size == .large) && $0.operator.rawValue.hasPrefix(only) && (!wantsGradients || $0.operator.hasGradient)
}
let product = Machine.matrixProduct()
let timings = cases.map { timing($0, rounds: rounds, withGradients: wantsGradients) }

if wantsJSON {
    try Machine.print(json: [
        "threads": Parallel.threads, "rounds": rounds, "gradients": wantsGradients, "kernels": KernelSet.current.rawValue,
        "matrix_product_gflops": product * 1e-9,
        "operators": timings.map {
            [
                "name": $0.name, "seconds": $0.seconds, "gflops": $0.operations / $0.seconds * 1e-9,
                "gigabytes_per_second": $0.bytes / $0.seconds * 1e-9,
            ]
        },
    ])
} else {
    print(
        "\(KernelSet.current.rawValue) kernels, \(Parallel.threads) threads, median of \(rounds) rounds; "
            + "matrix product \(Int(product * 1e-9)) GFLOP/s")
    for timing in timings {
        // Gradients are another amount of work, which differs from operator to operator.
        let speeds =
            wantsGradients
            ? ""
            : String(format: "  %7.1f GFLOP/s  %6.1f GB/s", timing.operations / timing.seconds * 1e-9, timing.bytes / timing.seconds * 1e-9)
        print(String(format: "%10.3f ms", timing.seconds * 1e3) + speeds + "  " + timing.name)
    }
}
