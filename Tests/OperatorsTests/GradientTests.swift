import Foundation
import Networks
import Operators
import Tensors
import Testing
import TestSupport

/// Gradients of every operator: against the authors' own, and against central finite differences.
@Suite struct GradientTests {
    /// Runs a case under a tape, with the reference's own gradients arriving, and compares what leaves.
    @Test(arguments: ReferenceCase.all)
    func gradientEqualsReference(_ operatorCase: ReferenceCase) throws {
        let vectors = try ReferenceVectors.operators()
        let prefix = operatorCase.name + "/"
        let wanted = vectors.names(under: prefix + "grad_input").map { "input\($0)" }
            + vectors.names(under: prefix + "grad_param/").map { "param/\($0)" }
        let leaves = try Dictionary(uniqueKeysWithValues: wanted.map { ($0, try vectors(prefix + $0)) })
        let tape = Tape(watching: Array(leaves.values))
        let outputs = try Tape.$current.withValue(tape) {
            try operatorCase.outputs { name in try leaves[name] ?? vectors(prefix + name) }
        }
        // Σ outputs·arriving has the arriving gradients as its own.
        let total = Tape.$current.withValue(tape) {
            outputs.enumerated().map { index, output in
                WeightedSum.forward(output, weights: try! vectors("\(prefix)grad_output\(index)"))
            }.reduce(nil) { sum, term in sum.map { Sum.forward($0, term) } ?? term }!
        }
        let gradients = tape.gradients(of: total)
        #expect(!wanted.isEmpty)
        for (name, leaf) in leaves {
            let expected = try vectors(prefix + (name.hasPrefix("param/") ? "grad_" + name : "grad_\(name)"))
            let found = try #require(gradients[leaf], "\(prefix)\(name) has no gradient")
            let difference = Difference(found, expected)
            #expect(difference.sameShape && difference.relative <= 1e-4, "\(prefix)\(name): \(difference)")
        }
    }

    /// The directional derivative along a random direction, by central differences, for all inputs of a case at once.
    @Test(arguments: ReferenceCase.all)
    func gradientEqualsFiniteDifferences(_ operatorCase: ReferenceCase) throws {
        let vectors = try ReferenceVectors.operators()
        let prefix = operatorCase.name + "/"
        let names = vectors.names(under: prefix + "grad_input").map { "input\($0)" }
            + vectors.names(under: prefix + "grad_param/").map { "param/\($0)" }
        var random = RandomSource(seed: 21)
        for name in names {
            let leaf = try vectors(prefix + name)
            let direction = random.normal(leaf.shape)
            func value(_ step: Float, _ tape: Tape? = nil, _ watched: Tensor? = nil) throws -> Tensor {
                let moved = watched ?? Tensor(zip(leaf.values, direction.values).map { $0 + step * $1 }, leaf.shape)
                return try Tape.$current.withValue(tape) {
                    let outputs = try operatorCase.outputs { try $0 == name ? moved : vectors(prefix + $0) }
                    return outputs.enumerated().map { index, output in
                        WeightedSum.forward(output, weights: try! vectors("\(prefix)grad_output\(index)"))
                    }.reduce(nil) { sum, term in sum.map { Sum.forward($0, term) } ?? term }!
                }
            }
            let tape = Tape(watching: [leaf])
            let gradient = try #require(tape.gradients(of: try value(0, tape, leaf))[leaf])
            let slope = zip(gradient.values, direction.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            // A smaller step meets fewer kinks of the activation and of bilinear sampling, a larger one less rounding.
            let scale = zip(gradient.values, direction.values).reduce(0.0) { $0 + abs(Double($1.0) * Double($1.1)) }
            let errors = try [Float(4e-3), 1e-3, 2.5e-4].map { step in
                let (ahead, behind) = (try value(step).values[0], try value(-step).values[0])
                return abs(Double(ahead - behind) / Double(2 * step) - slope)
            }
            #expect(errors.min()! <= 0.005 * scale + 1e-3, "\(prefix)\(name): \(slope), off by \(errors)")
        }
    }

    @Test func stridesAndPaddingsDifferentiate() {
        var random = RandomSource(seed: 22)
        for (kernel, stride, padding, height, width) in [
            (3, 2, 1, 9, 7), (3, 1, 2, 5, 40), (1, 2, 0, 6, 7), (4, 1, 0, 6, 5), (4, 1, 0, 4, 4), (3, 1, 1, 40, 36), (3, 2, 0, 65, 33),
            (3, 1, 1, 4, 4), (3, 2, 0, 109, 105),
        ] {
            let x = random.normal([3, 50, height, width]), weight = random.normal([52, 50, kernel, kernel])
            let tape = Tape(watching: [x, weight])
            let y = Tape.$current.withValue(tape) {
                Convolution.forward(x, weight: weight, gain: 0.5, stride: stride, padding: padding)
            }
            let arriving = random.normal(y.shape)
            let gradients = tape.gradients(of: y, seed: arriving)
            // A convolution is linear in each argument: <y(x'), g> = <x', dx> for any x', and so for the weights.
            let (otherX, otherWeight) = (random.normal(x.shape), random.normal(weight.shape))
            func inner(_ a: Tensor, _ b: Tensor) -> Double { zip(a.values, b.values).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
            let byX = inner(Convolution.forward(otherX, weight: weight, gain: 0.5, stride: stride, padding: padding), arriving)
            let byWeight = inner(Convolution.forward(x, weight: otherWeight, gain: 0.5, stride: stride, padding: padding), arriving)
            #expect(abs(byX - inner(otherX, gradients[x]!)) <= 1e-4 * abs(byX) + 1e-3)
            #expect(abs(byWeight - inner(otherWeight, gradients[weight]!)) <= 1e-4 * abs(byWeight) + 1e-3)
        }
    }

    /// The same of the upsampling convolution, on pictures that are computed in several bands.
    @Test func upsamplingDifferentiatesInBands() {
        var random = RandomSource(seed: 23)
        for (inputs, outputs, height, width) in [
            (130, 9, 40, 36), (5, 60, 6, 5), (20, 12, 33, 70), (40, 34, 51, 54),
        ] {
            let x = random.normal([2, inputs, height, width]), weight = random.normal([1, outputs, inputs, 3, 3])
            let tape = Tape(watching: [x, weight])
            func forward(_ x: Tensor, _ weight: Tensor) -> Tensor {
                UpsamplingConvolution.forward(x, weight: ConvolutionWeights(weight, gain: 0.5))
            }
            let y = Tape.$current.withValue(tape) { forward(x, weight) }
            let arriving = random.normal(y.shape)
            let gradients = tape.gradients(of: y, seed: arriving)
            let (otherX, otherWeight) = (random.normal(x.shape), random.normal(weight.shape))
            func inner(_ a: Tensor, _ b: Tensor) -> Double { zip(a.values, b.values).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
            let (byX, byWeight) = (inner(forward(otherX, weight), arriving), inner(forward(x, otherWeight), arriving))
            #expect(abs(byX - inner(otherX, gradients[x]!)) <= 1e-4 * abs(byX) + 1e-2)
            #expect(abs(byWeight - inner(otherWeight, gradients[weight]!)) <= 1e-4 * abs(byWeight) + 1e-2)
        }
    }
}
