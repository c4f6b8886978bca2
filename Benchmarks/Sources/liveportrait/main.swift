// Seconds of a frame of LivePortrait's networks at their published sizes, with random weights: one driving picture read by M, one label map
// made by W, and one picture drawn by G, from a source that was encoded before.
//
//     swift run -c release --package-path Benchmarks liveportrait [--rounds 5] [--threads 2] [--precision bfloat16] [--profile] [--json]
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

let networks = LivePortraitNetworks(.published, seed: 1), side = networks.configuration.inputSize
var random = RandomSource(seed: 2)
let picture = Tensor((0..<3 * side * side).map { _ in random.uniform() }, [1, 3, side, side])
let prepared = networks.warping.prepare(networks.appearance(picture))
let source = random.normal([1, 3 * networks.configuration.points], scale: 0.3)

/// Key points near those of the source.
func target() -> Tensor { Sum.forward(source, random.normal(source.shape, scale: 0.05)) }

var motion = Stopwatch(), warping = Stopwatch(), generating = Stopwatch(), products = [Double]()
for round in 0...rounds {
    let points = target(), product = Machine.matrixProduct()
    _ = motion.time { networks.motion(picture) }
    let label = warping.time { networks.warping.label(prepared, sourcePoints: source, targetPoints: points) }
    _ = generating.time { networks.generator(label) }
    if round == 0 {
        // It warmed up.
        motion.reset()
        warping.reset()
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
            _ = networks.motion(picture)
            _ = networks.generator(networks.warping.label(prepared, sourcePoints: source, targetPoints: target()))
        }
    }
}

try PartsReport(
    "liveportrait", rounds: rounds,
    parts: [("motion", motion), ("warping", warping), ("generator", generating), ("frame", motion + warping + generating)],
    products: products, profile: profile
)
.print(asJSON: wantsJSON)
