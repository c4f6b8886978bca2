import Foundation
import Tensors

/// The machine on which the benchmarks run.
public enum Machine {
    /// Operations per second of a large matrix product on every thread at once.
    public static func matrixProduct() -> Double {
        let (m, n, k) = (512, 1024, 1152), times = 8
        let a = Tensor(repeating: 0.5, [m, k]), b = Tensor(repeating: 0.25, [k, n])
        let results = (0..<Parallel.threads).map { _ in Tensor(zeros: [m, n]) }
        var watch = Stopwatch()
        watch.time {
            Parallel.forEach(Parallel.threads) { thread in
                for _ in 0..<times {
                    MatrixProduct.multiply(
                        m: m, n: n, k: k, a.pointer, lda: k, b.pointer, ldb: n, results[thread].mutablePointer, ldc: n)
                }
            }
        }
        keepAlive(a, b)
        return 2 * Double(m * n * k * times * Parallel.threads) / watch.median
    }

    /// Prints an object as JSON.
    public static func print(json object: [String: Any]) throws {
        let data = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
        Swift.print(String(decoding: data, as: UTF8.self))
    }
}
