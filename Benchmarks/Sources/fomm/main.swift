// Seconds of a frame of the First Order Motion Model at its published size, with random weights: one driving picture read by the key point
// detector, and one picture drawn by the generator, from a source that was encoded before.
//
//     swift run -c release --package-path Benchmarks fomm [--rounds 5] [--threads 2] [--precision bfloat16] [--profile] [--json]
//
// --profile adds a table of the operators at their shapes.
import Foundation
import Measuring
import Networks
import Operators
import Tensors

var arguments = Arguments()
let rounds = arguments.number("--rounds", 5)
Parallel.threads = arguments.number("--threads", Parallel.threads)
Precision.default = arguments.precision()
let wantsProfile = arguments.flag("--profile"), wantsJSON = arguments.flag("--json")
arguments.finish()

let networks = FirstOrderNetworks(.published, seed: 1), side = networks.configuration.settings.size
let count = networks.configuration.points
var random = RandomSource(seed: 2)
let picture = Tensor((0..<3 * side * side).map { _ in random.uniform() }, [1, 3, side, side])
let places = random.normal([1, count, 2], scale: 0.5)
let unchanged = Tensor((0..<4 * count).map { [1, 0, 0, 1][$0 % 4] }, [1, count, 2, 2])
let sourcePoints = KeyPoints(value: places, jacobian: unchanged)

/// Key points near those of the source.
func driving() -> KeyPoints {
    KeyPoints(
        value: Sum.forward(places, random.normal(places.shape, scale: 0.05)),
        jacobian: Sum.forward(unchanged, random.normal(unchanged.shape, scale: 0.05)))
}

var encoding = Stopwatch(), detecting = Stopwatch(), generating = Stopwatch(), products = [Double]()
for round in 0...rounds {
    let points = driving(), product = Machine.matrixProduct()
    let source = encoding.time { networks.generator.prepare(picture) }
    _ = detecting.time { networks.detector(picture) }
    _ = generating.time { networks.generator(source, sourcePoints: sourcePoints, drivingPoints: points) }
    if round == 0 {
        // It warmed up.
        encoding.reset()
        detecting.reset()
        generating.reset()
    } else {
        products.append(product)
    }
}

/// Seconds and speed of every operator of a frame.
let profile = OperatorProfile()
if wantsProfile {
    let source = networks.generator.prepare(picture)
    OperatorProfile.$current.withValue(profile) {
        for _ in 0..<rounds {
            _ = networks.detector(picture)
            _ = networks.generator(source, sourcePoints: sourcePoints, drivingPoints: driving())
        }
    }
}

try PartsReport(
    "fomm", rounds: rounds,
    parts: [("source", encoding), ("detector", detecting), ("generator", generating), ("frame", detecting + generating)],
    products: products, profile: profile
)
.print(asJSON: wantsJSON)
