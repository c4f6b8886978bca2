import Networks
import Operators
import Tensors
import TestSupport
import Testing

/// Operators and layers of DINet against the authors' own: values at rest, and gradients of inputs and parameters.
@Suite struct DINetOperatorTests {
    let vectors: ReferenceVectors

    init() throws { vectors = try ReferenceCase.dinetVectors() }

    @Test func everyCaseIsTried() {
        let names = Set(vectors.names(under: "").map { String($0.split(separator: "/")[0]) })
        // Pictures of 8 bits and radii have tests of their own.
        #expect(names.filter { !$0.hasSuffix("_u8") && $0 != "crop_radius" } == Set(ReferenceCase.dinet.map(\.name)))
    }

    @Test(arguments: ReferenceCase.dinet, [OperatorPath.fast, .reference])
    func valueEqualsReference(_ operatorCase: ReferenceCase, path: OperatorPath) throws {
        let prefix = operatorCase.name + "/"
        let output = try OperatorPath.$current.withValue(path) { try operatorCase.outputs { try vectors(prefix + $0) }[0] }
        let difference = Difference(output, try vectors(prefix + "output0"))
        #expect(difference.isWithin(2e-5), "\(difference)")
    }

    static let differentiated = ReferenceCase.dinet.filter { $0.name != "adaat_rest" && !$0.name.hasPrefix("resize") }

    @Test(arguments: differentiated, [OperatorPath.fast, .reference])
    func gradientEqualsReference(_ operatorCase: ReferenceCase, path: OperatorPath) throws {
        let prefix = operatorCase.name + "/", leaves = try vectors.differentiated(prefix)
        let tape = Tape(watching: Array(leaves.values))
        let total = try OperatorPath.$current.withValue(path) {
            try Tape.$current.withValue(tape) {
                let output = try operatorCase.outputs { try leaves[$0] ?? vectors(prefix + $0) }[0]
                return WeightedSum.forward(output, weights: try vectors(prefix + "grad_output0"))
            }
        }
        let gradients = tape.gradients(of: total)
        #expect(!leaves.isEmpty)
        for (name, leaf) in leaves {
            let found = try #require(gradients[leaf], "\(name) has no gradient")
            let difference = Difference(found, try vectors(prefix + (name.hasPrefix("param/") ? "grad_" + name : "grad_\(name)")))
            // The biases before a normalization by the batch have no gradient but for rounding.
            let isZero = operatorCase.name.hasSuffix("_train") && name.hasSuffix(".bias") && difference.largest < 1e-4
            #expect(difference.sameShape && (difference.relative <= 2e-4 || isZero), "\(name): \(difference)")
        }
    }

    /// Running mean and variance follow each batch in training.
    @Test func runningStatisticsFollowTheBatch() throws {
        func check<Layer>(_ name: String, _ make: (ParameterScope) -> Layer, _ run: (Layer, Tensor) -> Tensor) throws {
            let (layer, parameters) = Parameter.collecting(make)
            for parameter in parameters {
                parameter.value = try vectors("\(name)/\(parameter.isBuffer ? "buffer" : "param")/\(parameter.name)")
            }
            let x = try vectors(name + "/input0")
            _ = NetworkMode.$current.withValue(.training) { run(layer, x) }
            for parameter in parameters where parameter.isBuffer {
                let difference = Difference(parameter.value, try vectors("\(name)/buffer_after/\(parameter.name)"))
                #expect(difference.isWithin(1e-6), "\(name) \(parameter.name): \(difference)")
            }
        }
        try check("down2d_train", { BiasedConvolution($0, normalization: "norm", from: 4, to: 6, stride: 2, activation: .relu) }) { $0($1) }
        try check("res2d_train", { NormalizedResidualBlock($0, 6, axes: 2) }) { $0($1) }
        try check("res1d_train", { NormalizedResidualBlock($0, 8, axes: 1) }) { $0($1) }
    }

    /// Maps that are wider than registers, and places far outside.
    @Test func fastWarpEqualsPlain() {
        var random = RandomSource(seed: 5)
        let x = random.normal([2, 3, 9, 37]), scale = random.normal([2, 3]), angle = random.normal([2, 3], scale: 3)
        let shift = random.normal([2, 6], scale: 0.7)
        func run(_ path: OperatorPath) -> Tensor {
            OperatorPath.$current.withValue(path) { ChannelWarp.forward(x, scale: scale, angle: angle, shift: shift) }
        }
        #expect(Difference(run(.fast), run(.reference)).isWithin(2e-5))
    }

    /// Rest parameters do not leave a map as it is: channels blend and edges darken.
    @Test func blendOfChannelsIsKnown() {
        let ones = Tensor(repeating: 1, [1, 4, 2, 2])
        let blended = ChannelBlending.forward(ones).reshaped([4, 4])
        #expect(blended.values == [Float](repeating: 0.5, count: 4) + [Float](repeating: 1, count: 8) + [Float](repeating: 0.5, count: 4))
        let rest = Tensor(repeating: 1, [1, 4])
        let warped = ChannelWarp.forward(ones, scale: rest, angle: Tensor(zeros: [1, 4]), shift: Tensor(zeros: [1, 8]))
        // Coordinate 1 is half a cell beyond the last pixel along each axis.
        #expect(warped.values == [Float](repeating: 0.25, count: 16))
    }
}
