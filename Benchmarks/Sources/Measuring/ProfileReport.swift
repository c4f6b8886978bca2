import Foundation
import Operators

/// What a profile says of every operator, for a round.
public struct ProfileReport {
    private let profile: OperatorProfile
    private let rounds: Int
    /// Operations per second of the matrix product.
    private let product: Double

    public init(_ profile: OperatorProfile, rounds: Int, matrixProduct: Double) {
        (self.profile, self.rounds, product) = (profile, rounds, matrixProduct)
    }

    public var json: [[String: Any]] {
        profile.entries.map { entry in
            [
                "name": entry.name, "seconds": entry.seconds / Double(rounds), "gflops": entry.operations / entry.seconds * 1e-9,
                "of_matrix_product": entry.operations / entry.seconds / product,
                "gigabytes_per_second": entry.bytes / entry.seconds * 1e-9,
            ]
        }
    }

    /// Prints a line for each.
    public func print() {
        for entry in profile.entries {
            Swift.print(
                String(
                    format: "%@  %7.2f ms  %6.1f GFLOP/s  %4.2f of the matrix product  %5.1f GB/s",
                    entry.name.padding(toLength: 52, withPad: " ", startingAt: 0), entry.seconds / Double(rounds) * 1e3,
                    entry.operations / entry.seconds * 1e-9, entry.operations / entry.seconds / product,
                    entry.bytes / entry.seconds * 1e-9))
        }
    }
}
