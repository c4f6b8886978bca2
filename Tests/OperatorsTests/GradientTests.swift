import Foundation
import Networks
import Operators
import Tensors
import Testing
import TestSupport

/// Gradients of operators and layers against the authors' own, and against central finite differences.
@Suite struct GradientTests {
    /// The reference's gradients of the outputs go back through a case; the gradients of its inputs are the reference's.
    @Test(arguments: ReferenceCase.all)
    func gradientEqualsReference(_ operatorCase: ReferenceCase) throws {
        try expectGradients(operatorCase, ReferenceVectors.operators())
    }

    @Test(arguments: ReferenceCase.firstOrder.filter { $0.name != "coordinate_grid" })
    func firstOrderGradientEqualsReference(_ operatorCase: ReferenceCase) throws {
        try expectGradients(operatorCase, ReferenceVectors.file("fomm/operators.safetensors"))
    }

    private func expectGradients(_ operatorCase: ReferenceCase, _ vectors: ReferenceVectors) throws {
        let prefix = operatorCase.name + "/"
        let leaves = try vectors.differentiated(prefix)
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
        #expect(!leaves.isEmpty)
        for (name, leaf) in leaves {
            let expected = try vectors(prefix + (name.hasPrefix("param/") ? "grad_" + name : "grad_\(name)"))
            let found = try #require(gradients[leaf], "\(prefix)\(name) has no gradient")
            let difference = Difference(found, expected)
            #expect(difference.sameShape && difference.relative <= 1e-4, "\(prefix)\(name): \(difference)")
        }
    }

    /// The derivative of every input along a random direction is a central difference.
    @Test(arguments: ReferenceCase.all)
    func gradientEqualsFiniteDifferences(_ operatorCase: ReferenceCase) throws {
        let vectors = try ReferenceVectors.operators()
        let prefix = operatorCase.name + "/"
        let names =
            vectors.names(under: prefix + "grad_input").map { "input\($0)" }
            + vectors.names(under: prefix + "grad_param/").map { "param/\($0)" }
        var random = RandomSource(seed: 21)
        #expect(!names.isEmpty)
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
            // A small step meets few kinks of the activation and of bilinear sampling, a large one little rounding.
            let length = gradient.values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            let errors = try [Float(4e-3), 1e-3, 2.5e-4].map { step in
                let (ahead, behind) = (try value(step).values[0], try value(-step).values[0])
                return abs(Double(ahead - behind) / Double(2 * step) - slope)
            }
            #expect(length > 0 && errors.min()! <= 0.01 * length + 1e-3, "\(prefix)\(name): \(slope) of \(length), off by \(errors)")
        }
    }
}
