import Foundation
import Operators
import Tensors

/// What a benchmark says of the parts of a frame.
public struct PartsReport {
    private let network: String
    private let rounds: Int
    private let product: Double
    private let parts: [(name: String, watch: Stopwatch)]
    private let operators: ProfileReport

    /// - Parameters:
    ///   - parts: in the order in which they are printed.
    ///   - products: operations per second of the matrix product, of each round.
    ///   - profile: of as many rounds; empty where none was wanted.
    public init(
        _ network: String, rounds: Int, parts: [(name: String, watch: Stopwatch)], products: [Double], profile: OperatorProfile
    ) {
        (self.network, self.rounds, self.parts, product) = (network, rounds, parts, Stopwatch.median(products))
        operators = ProfileReport(profile, rounds: rounds, matrixProduct: product)
    }

    public func print(asJSON: Bool) throws {
        if asJSON {
            return try Machine.print(json: [
                "network": network, "threads": Parallel.threads, "rounds": rounds, "matrix_product_gflops": product * 1e-9,
                "operators": operators.json, "parts": Dictionary(uniqueKeysWithValues: parts.map { ($0.name, $0.watch.json) }),
            ])
        }
        Swift.print(
            "\(network), \(Parallel.threads) threads, median of \(rounds) rounds; matrix product \(Int(product * 1e-9)) GFLOP/s")
        operators.print()
        for (name, watch) in parts {
            Swift.print(String(format: "%@  %7.3f s", name.padding(toLength: 10, withPad: " ", startingAt: 0), watch.median))
        }
    }
}
