// Seconds of a training step of a whole network with random weights: every frame of some groups is encoded once and rebuilt from
// another frame of its group; forward, the mean absolute difference, backward; with --optimizer also Adam.
//
//     swift run -c release --package-path Benchmarks step [--network portrait] [--groups 4] [--group-size 4]
//         [--rounds 5] [--threads 2] [--optimizer] [--json]
import Foundation
import Measuring
import Networks
import Operators
import Tensors
import Training

var arguments = Arguments()
let network = arguments.network("portrait"), rounds = arguments.number("--rounds", 5)
let groups = arguments.number("--groups", 4), groupSize = arguments.number("--group-size", 4, least: 2)
Parallel.threads = arguments.number("--threads", Parallel.threads)
let isOptimized = arguments.flag("--optimizer"), wantsJSON = arguments.flag("--json")
arguments.finish()

let size = network.configuration.size
let lia = LIA(network.configuration, seed: 1)
var random = RandomSource(seed: 2)
/// The threads share the groups, as in training.
let shards = (1...min(Parallel.threads, groups)).last { groups % $0 == 0 }!
let count = groups / shards * groupSize
let frames = (0..<shards).map { _ in random.normal([count, 3, size, size], scale: 0.5) }
/// For every frame, the number of the frame that it is rebuilt from: the next one of its group.
let sources = (0..<count).map { $0 / groupSize * groupSize + ($0 + 1) % groupSize }

/// The loss of a shard's reconstructions, (1).
func reconstructionLoss(_ frames: Tensor) -> Tensor {
    let (code, features) = lia.encoder(frames)
    let path = lia.motionDictionary(lia.encoder.magnitudes(code))
    let target = Sum.forward(Selection.forward(code, indices: sources), path)
    let pictures = lia.generator(target, features: features.map { Selection.forward($0, indices: sources) })
    return L1Loss.forward(pictures, target: frames)
}

let adam = isOptimized ? Adam(lia.parameters, beta1: 0.9, beta2: 0.99, epsilon: 1e-8) : nil
var forward = Stopwatch(), backward = Stopwatch(), optimizing = Stopwatch()
for round in 0...rounds {
    let values = lia.parameters.map(\.value)
    let passes = forward.time {
        Parallel.workers(shards) { shard in
            let tape = Tape(watching: values)
            return (tape: tape, loss: Tape.$current.withValue(tape) { reconstructionLoss(frames[shard]) })
        }
    }
    let gradients = backward.time { () -> [Tensor?] in
        let parts = Parallel.workers(shards) { shard in
            let gradients = passes[shard].tape.gradients(of: passes[shard].loss)
            return values.map { gradients[$0] }
        }
        return values.indices.map { index in
            let all = parts.compactMap { $0[index] }
            return all.dropFirst().reduce(all.first) { Sum.forward($0!, $1) }
        }
    }
    if let adam { optimizing.time { adam.step(gradients, learningRate: 0.002) } }
    if round == 0 {
        // It warmed up.
        forward.reset()
        backward.reset()
        optimizing.reset()
    }
}

let step = isOptimized ? forward + backward + optimizing : forward + backward
var parts = [("forward", forward), ("backward", backward)]
if isOptimized { parts.append(("optimizer", optimizing)) }
parts.append(("step", step))
if wantsJSON {
    try Machine.print(json: [
        "network": network.name, "threads": Parallel.threads, "rounds": rounds, "groups": groups, "group_size": groupSize,
        "parts": Dictionary(uniqueKeysWithValues: parts.map { ($0.0, $0.1.json) }),
    ])
} else {
    print(
        "\(network.name), \(groups * groupSize) reconstructions, \(Parallel.threads) threads, median of \(rounds) rounds")
    for (name, watch) in parts {
        print(String(format: "%@  %7.3f s", name.padding(toLength: 10, withPad: " ", startingAt: 0), watch.median))
    }
}
