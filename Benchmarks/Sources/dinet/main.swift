// Seconds of a frame of DINet at its published size, with random weights: one masked face and five rows of sound features, and the face
// painted from reference pictures that were encoded before.
//
//     swift run -c release --package-path Benchmarks dinet [--rounds 5] [--threads 2] [--precision bfloat16] [--profile] [--json]
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

let configuration = DINetConfiguration.published, layout = MouthLayout(side: 256)
let generator = DINetGenerator(configuration, seed: 1)
var random = RandomSource(seed: 2)

/// Pictures of a face, side by side along the channels, (1, 3·count, H, W).
func pictures(_ count: Int) -> Tensor {
    let shape = [1, 3 * count, layout.height, layout.width]
    return Tensor((0..<shape.reduce(1, *)).map { _ in random.uniform() }, shape)
}

let masked = pictures(1), referencePictures = pictures(configuration.references)
layout.mask(masked.mutablePointer)

var encoding = Stopwatch(), generating = Stopwatch(), products = [Double]()
for round in 0...rounds {
    let sound = random.normal([1, configuration.soundValues, 5]), product = Machine.matrixProduct()
    let references = encoding.time { generator.prepare(referencePictures) }
    _ = generating.time { generator(masked, references, sound: sound) }
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
    let references = generator.prepare(referencePictures)
    OperatorProfile.$current.withValue(profile) {
        for _ in 0..<rounds {
            _ = generator(masked, references, sound: random.normal([1, configuration.soundValues, 5]))
        }
    }
}

try PartsReport(
    "dinet", rounds: rounds, parts: [("references", encoding), ("frame", generating)], products: products, profile: profile
)
.print(asJSON: wantsJSON)
