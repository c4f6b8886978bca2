import Networks
import Operators
import Tensors
import TestSupport
import Testing

/// Operators and layers of the First Order Motion Model's training against the authors' own: values, and gradients of inputs and parameters.
@Suite struct FirstOrderTrainingTests {
    let vectors: ReferenceVectors

    init() throws { vectors = try ReferenceCase.firstOrderTrainingVectors() }

    @Test(arguments: ReferenceCase.firstOrderTraining, [OperatorPath.fast, .reference])
    func valuesAndGradientsEqualReference(_ operatorCase: ReferenceCase, path: OperatorPath) throws {
        let prefix = operatorCase.name + "/"
        let leaves = try vectors.differentiated(prefix)
        let tape = Tape(watching: Array(leaves.values))
        let (output, total) = try OperatorPath.$current.withValue(path) {
            try Tape.$current.withValue(tape) {
                let output = try operatorCase.outputs { try leaves[$0] ?? vectors(prefix + $0) }[0]
                // Its gradient is the reference's gradient of the output.
                return (output, WeightedSum.forward(output, weights: try vectors(prefix + "grad_output0")))
            }
        }
        let difference = Difference(output, try vectors(prefix + "output0"))
        #expect(difference.isWithin(1e-5), "\(difference)")
        let gradients = tape.gradients(of: total)
        #expect(!leaves.isEmpty)
        for (name, leaf) in leaves {
            let found = try #require(gradients[leaf], "\(name) has no gradient")
            let expected = try vectors(prefix + (name.hasPrefix("param/") ? "grad_" + name : "grad_\(name)"))
            let difference = Difference(found, expected)
            // The biases before a normalization have no gradient but for rounding.
            let isZero = ["param/conv.bias", "param/conv1.bias"].contains(name) && difference.largest < 1e-4
            #expect(difference.sameShape && (difference.relative <= 1e-4 || isZero), "\(name): \(difference)")
        }
    }

    /// Running mean and variance follow each batch in training, and nothing at rest.
    @Test(arguments: [NetworkMode.training, .rest]) func runningStatisticsFollowTheBatch(_ mode: NetworkMode) throws {
        func check<Layer>(_ name: String, _ make: (ParameterScope) -> Layer, _ run: (Layer, Tensor) -> Tensor) throws {
            let (layer, parameters) = Parameter.collecting(make)
            for parameter in parameters {
                parameter.value = try vectors("\(name)/\(parameter.isBuffer ? "buffer" : "param")/\(parameter.name)")
            }
            let x = try vectors(name + "/input0")
            _ = NetworkMode.$current.withValue(mode) { run(layer, x) }
            for parameter in parameters where parameter.isBuffer {
                let expected = try vectors("\(name)/\(mode == .training ? "buffer_after" : "buffer")/\(parameter.name)")
                let difference = Difference(parameter.value, expected)
                #expect(difference.isWithin(1e-6), "\(name) \(parameter.name): \(difference)")
            }
        }
        try check("batch_norm_train", { BatchNormalization($0.scope("norm"), 4) }) { $0($1) }
        try check("res_block_train", { NormalizedResidualBlock($0, 4, axes: 2) }) { $0($1) }
        for (name, inputs, outputs, kernel, factor) in [
            ("same_block_train", 3, 4, 7, 1), ("down_block_train", 3, 4, 3, 1), ("up_block_train", 4, 3, 3, 2),
        ] {
            try check(name, { BiasedConvolution($0, normalization: "norm", from: inputs, to: outputs, kernel: kernel, activation: .relu) })
            {
                $0(enlarging: $1, by: factor)
            }
        }
    }

    /// Every use in training does one step of power iteration, and keeps its vectors; none at rest.
    @Test func spectralVectorsAreKept() throws {
        let name = "discriminator_block_spectral_train/"
        for mode in [NetworkMode.training, .rest] {
            let (block, parameters) = Parameter.collecting {
                DiscriminatorBlock($0, from: 3, to: 4, isNormalized: true, isHalving: true, isSpectral: true)
            }
            for parameter in parameters {
                parameter.value = try vectors("\(name)\(parameter.isBuffer ? "buffer" : "param")/\(parameter.name)")
            }
            let x = try vectors(name + "input0")
            _ = NetworkMode.$current.withValue(mode) { block(x) }
            for parameter in parameters where parameter.isBuffer {
                let expected = try vectors("\(name)\(mode == .training ? "buffer_after" : "buffer")/\(parameter.name)")
                #expect(Difference(parameter.value, expected).isWithin(1e-6), "\(parameter.name)")
            }
        }
    }

    /// A spline without weights is its affine map, whose Jacobian is the same everywhere.
    @Test func anAffineSplineIsItsMap() {
        let spline = ThinPlateSpline(affine: Tensor([1, 0.5, -0.2, 0, 2, 0.1], [1, 2, 3]), weights: Tensor(zeros: [1, 25]))
        #expect(Difference(spline.points(Tensor([0.4, -0.6], [1, 1, 2])), Tensor([-0.1, -1.1], [1, 1, 2])).isWithin(1e-6))
        #expect(spline.jacobians(Tensor([0.4, -0.6], [1, 1, 2])).values == [1, 0.5, 0, 2])
    }
}
