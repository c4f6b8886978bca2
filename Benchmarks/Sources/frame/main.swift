// Seconds a frame for the encoder and the generator of a whole network, with random weights, next to this machine's own
// matrix product measured in the same run.
//
//     swift run -c release --package-path Benchmarks frame [--size 256] [--rounds 7] [--threads 2] [--json]
import Foundation
import Networks
import Tensors

func option(_ name: String, _ standard: Int) -> Int {
    let arguments = CommandLine.arguments
    guard let at = arguments.firstIndex(of: name) else { return standard }
    guard at + 1 < arguments.count, let value = Int(arguments[at + 1]), value > 0 else {
        FileHandle.standardError.write(Data("\(name) wants a positive number\n".utf8))
        exit(64)
    }
    return value
}

func seconds(_ work: () -> Void) -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    work()
    return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

let size = option("--size", 256), rounds = option("--rounds", 7)
Parallel.threads = option("--threads", Parallel.threads)
guard [64, 128, 256, 512].contains(size) else {
    FileHandle.standardError.write(Data("--size wants 64, 128, 256 or 512\n".utf8))
    exit(64)
}

// The published channel table, as far as the size reaches.
let table = [512, 512, 512, 512, 256, 128, 64, 32]
let configuration = LIAConfiguration(
    size: size, channels: Array(table.prefix(size.trailingZeroBitCount - 1)), code: 512, directions: 20)
let lia = LIA(configuration, seed: 1)
var random = RandomSource(seed: 2)
let picture = random.normal([1, 3, size, size], scale: 0.5)
let source = lia.encode(source: picture)

/// Floating-point operations of the convolutions (two for each multiplication with its addition).
func operations() -> (encoder: Double, generator: Double) {
    var encoder = 2.0 * 3 * Double(table[size.trailingZeroBitCount - 2] * size * size)
    var generator = 2.0 * 9 * 16 * Double(table[0] * table[0])
    for resolution in configuration.levels {
        let channels = Double(configuration.channels(at: resolution))
        let below = Double(configuration.channels(at: resolution / 2))
        let pixels = Double(resolution * resolution)
        encoder += 2 * pixels * (9 * channels * channels + 9 * channels * below / 4 + channels * below / 4)
        generator += 2 * pixels * (9 * below * channels / 4 + 9 * channels * channels + 6 * channels)
    }
    encoder += 2 * 16 * Double(table[0] * configuration.code)
    return (encoder, generator)
}

/// The machine's own speed: a large matrix product on every thread at once, in operations a second.
func matrixProduct() -> Double {
    let (m, n, k) = (512, 1024, 1152)
    let a = random.normal([m, k]), b = random.normal([k, n])
    let results = (0..<Parallel.threads).map { _ in Tensor(zeros: [m, n]) }
    let time = seconds {
        Parallel.forEach(Parallel.threads) { thread in
            for _ in 0..<8 {
                MatrixProduct.multiply(
                    m: m, n: n, k: k, a.pointer, lda: k, b.pointer, ldb: n, results[thread].mutablePointer, ldc: n)
            }
        }
    }
    return 2 * Double(m * n * k * 8 * Parallel.threads) / time
}

var encoding = [Double](), generating = [Double](), product = [Double]()
for round in 0...rounds {
    let motion = random.normal([1, 20])
    let p = matrixProduct()
    let e = seconds { _ = lia.encode(driving: picture) }
    let g = seconds { _ = lia.generate(source, motion: motion) }
    // The first round warms up.
    if round > 0 {
        product.append(p)
        encoding.append(e)
        generating.append(g)
    }
}

let (encoderOperations, generatorOperations) = operations()
let (e, g, p) = (median(encoding), median(generating), median(product))
if CommandLine.arguments.contains("--json") {
    let result: [String: Any] = [
        "size": size, "threads": Parallel.threads, "rounds": rounds,
        "encoder": ["seconds": e, "gflop": encoderOperations * 1e-9, "of_matrix_product": encoderOperations / e / p],
        "generator": [
            "seconds": g, "gflop": generatorOperations * 1e-9, "of_matrix_product": generatorOperations / g / p,
        ],
        "seconds_per_frame": e + g, "matrix_product_gflops": p * 1e-9,
    ]
    let data = try JSONSerialization.data(withJSONObject: result, options: [.prettyPrinted, .sortedKeys])
    print(String(decoding: data, as: UTF8.self))
} else {
    func row(_ name: String, _ time: Double, _ operations: Double) {
        print(
            String(
                format: "%@  %7.3f s  %6.1f GFLOP  %6.1f GFLOP/s  %4.2f of the matrix product",
                name.padding(toLength: 10, withPad: " ", startingAt: 0), time, operations * 1e-9,
                operations / time * 1e-9, operations / time / p))
    }
    print("\(size) px, \(Parallel.threads) threads, median of \(rounds) rounds; matrix product \(Int(p * 1e-9)) GFLOP/s")
    row("encoder", e, encoderOperations)
    row("generator", g, generatorOperations)
    row("frame", e + g, encoderOperations + generatorOperations)
}
