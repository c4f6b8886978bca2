// Seconds of a frame for the encoder and the generator of a whole network with random weights, beside this machine's own matrix
// product measured in the same run.
//
//     swift run -c release --package-path Benchmarks frame [--network published-256] [--rounds 7] [--threads 2] [--precision bfloat16]
//         [--profile] [--json]
//
// --profile adds a table of the operators at their shapes.
import Foundation
import Measuring
import Networks
import Operators
import Tensors

var arguments = Arguments()
let network = arguments.network("published-256"), rounds = arguments.number("--rounds", 7)
Parallel.threads = arguments.number("--threads", Parallel.threads)
Precision.default = arguments.precision()
let wantsProfile = arguments.flag("--profile"), wantsJSON = arguments.flag("--json")
arguments.finish()

let configuration = network.configuration
let lia = LIA(configuration, seed: 1)
var random = RandomSource(seed: 2)
let picture = random.normal([1, 3, configuration.size, configuration.size], scale: 0.5)
let source = lia.encode(source: picture)

/// Floating-point operations of the convolutions (two for each multiplication with its addition).
func operations() -> (encoder: Double, generator: Double) {
    let (size, deepest) = (Double(configuration.size), Double(configuration.channels[0]))
    var encoder = 2.0 * 3 * Double(configuration.channels.last!) * size * size
    var generator = 2.0 * 9 * 16 * deepest * deepest
    for resolution in configuration.levels {
        let channels = Double(configuration.channels(at: resolution))
        let below = Double(configuration.channels(at: resolution / 2))
        let pixels = Double(resolution * resolution)
        encoder += 2 * pixels * (9 * channels * channels + 9 * channels * below / 4 + channels * below / 4)
        generator += 2 * pixels * (9 * below * channels / 4 + 9 * channels * channels + 6 * channels)
    }
    encoder += 2 * 16 * deepest * Double(configuration.code)
    return (encoder, generator)
}

var encoding = Stopwatch(), generating = Stopwatch(), products = [Double]()
for round in 0...rounds {
    let motion = random.normal([1, configuration.directions])
    let product = Machine.matrixProduct()
    _ = encoding.time { lia.encode(driving: picture) }
    _ = generating.time { lia.generate(source, motion: motion) }
    if round == 0 {
        // It warmed up.
        encoding.reset()
        generating.reset()
    } else {
        products.append(product)
    }
}

/// Seconds and speed of every operator of a frame.
let profile = OperatorProfile()
if wantsProfile {
    OperatorProfile.$current.withValue(profile) {
        for _ in 0..<rounds {
            _ = lia.encode(driving: picture)
            _ = lia.generate(source, motion: random.normal([1, configuration.directions]))
        }
    }
}

let (encoderOperations, generatorOperations) = operations()
let frame = encoding + generating, product = Stopwatch.median(products)
let operators = ProfileReport(profile, rounds: rounds, matrixProduct: product)
if wantsJSON {
    func part(_ watch: Stopwatch, _ operations: Double) -> [String: Any] {
        watch.json.merging([
            "gflop": operations * 1e-9, "of_matrix_product": operations / watch.median / product,
        ]) { $1 }
    }
    try Machine.print(json: [
        "network": network.name, "threads": Parallel.threads, "rounds": rounds,
        "operators": operators.json, "matrix_product_gflops": product * 1e-9,
        "parts": [
            "encoder": part(encoding, encoderOperations), "generator": part(generating, generatorOperations),
            "frame": part(frame, encoderOperations + generatorOperations),
        ],
    ])
} else {
    func row(_ name: String, _ time: Double, _ operations: Double) {
        print(
            String(
                format: "%@  %7.3f s  %6.1f GFLOP  %6.1f GFLOP/s  %4.2f of the matrix product",
                name.padding(toLength: 10, withPad: " ", startingAt: 0), time, operations * 1e-9,
                operations / time * 1e-9, operations / time / product))
    }
    print(
        "\(network.name), \(Parallel.threads) threads, median of \(rounds) rounds; matrix product \(Int(product * 1e-9)) GFLOP/s")
    operators.print()
    row("encoder", encoding.median, encoderOperations)
    row("generator", generating.median, generatorOperations)
    row("frame", frame.median, encoderOperations + generatorOperations)
}
