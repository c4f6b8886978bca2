import Foundation
import Operators
import Tensors
import Testing
import TestSupport

/// Both implementations of every operator against the authors' own.
@Suite struct ReferenceTests {
    @Test(arguments: ReferenceCase.all, [OperatorPath.fast, .reference])
    func valueEqualsReference(_ operatorCase: ReferenceCase, path: OperatorPath) throws {
        let vectors = try ReferenceVectors.operators()
        let outputs = try OperatorPath.$current.withValue(path) {
            try operatorCase.outputs { try vectors("\(operatorCase.name)/\($0)") }
        }
        let expected = vectors.names(under: "\(operatorCase.name)/output")
        #expect(outputs.count == expected.count && !outputs.isEmpty)
        for (index, output) in outputs.enumerated() {
            let difference = Difference(output, try vectors("\(operatorCase.name)/output\(index)"))
            #expect(difference.isWithin(1e-5), "\(operatorCase.name) output\(index): \(difference)")
        }
    }

    @Test func everyReferenceCaseIsTested() throws {
        let groups = Set(try ReferenceVectors.operators().names(under: "").map { $0.split(separator: "/")[0] })
        #expect(groups == Set(ReferenceCase.all.map { Substring($0.name) }))
    }

    /// The shapes of the real networks, too large for stored vectors: fast against plain.
    @Test(arguments: [
        (64, 32, 3, 1, 1, 33, 40), (7, 9, 3, 1, 1, 130, 70), (16, 24, 3, 2, 0, 65, 65), (5, 3, 1, 1, 0, 48, 50),
        (12, 20, 1, 1, 0, 4, 4), (40, 36, 4, 1, 0, 4, 4), (3, 8, 3, 2, 1, 9, 7), (2, 2, 3, 1, 2, 5, 3),
        // By Winograd's way, and in many bands.
        (64, 48, 3, 1, 1, 64, 64), (33, 41, 3, 1, 1, 36, 32), (140, 32, 3, 1, 1, 128, 64),
        (200, 24, 3, 2, 0, 65, 65), (700, 16, 3, 1, 1, 20, 18), (40, 36, 3, 2, 0, 115, 108), (33, 34, 3, 2, 1, 101, 103),
        (96, 12, 1, 2, 0, 64, 48),
    ])
    func fastConvolutionEqualsPlain(
        _ shape: (inputs: Int, outputs: Int, kernel: Int, stride: Int, padding: Int, height: Int, width: Int)
    ) {
        var random = RandomSource(seed: 11)
        let x = random.normal([2, shape.inputs, shape.height, shape.width])
        let weight = random.normal([shape.outputs, shape.inputs, shape.kernel, shape.kernel])
        let style = random.normal([2, shape.inputs]), scale = random.normal([2, shape.outputs])
        let bias = random.normal([shape.outputs])
        for modulated in [false, true] {
            func run(_ path: OperatorPath) -> Tensor {
                OperatorPath.$current.withValue(path) {
                    Convolution.forward(
                    x, weight: weight, gain: 0.1, stride: shape.stride, padding: shape.padding,
                    inputScale: modulated ? style : nil,
                    epilogue: modulated ? Epilogue(scale: scale, bias: bias, activation: true) : Epilogue())
                }
            }
            // Winograd's factors of up to 8 enlarge what rounding leaves, most without fused multiplication.
            let isWinograd = shape.kernel == 3 && shape.stride == 1 && shape.padding == 1 && min(shape.inputs, shape.outputs) >= 32
            let difference = Difference(run(.fast), run(.reference))
            #expect(difference.isWithin(isWinograd ? 2e-5 : 1e-5), "\(shape), modulated \(modulated): \(difference)")
        }
    }

    @Test(arguments: [(12, 10, 4, 4), (7, 5, 33, 17), (48, 16, 64, 64), (128, 16, 64, 64), (300, 10, 40, 21), (64, 41, 52, 51)])
    func fastUpsamplingConvolutionEqualsPlain(_ shape: (inputs: Int, outputs: Int, height: Int, width: Int)) {
        var random = RandomSource(seed: 12)
        let x = random.normal([2, shape.inputs, shape.height, shape.width])
        let weight = ConvolutionWeights(random.normal([1, shape.outputs, shape.inputs, 3, 3]), gain: 0.1)
        let style = random.normal([2, shape.inputs]), scale = random.normal([2, shape.outputs])
        let bias = random.normal([shape.outputs])
        func run(_ path: OperatorPath) -> Tensor {
            OperatorPath.$current.withValue(path) {
                UpsamplingConvolution.forward(
                x, weight: weight, inputScale: style,
                epilogue: Epilogue(scale: scale, bias: bias, activation: true))
            }
        }
        let difference = Difference(run(.fast), run(.reference))
        #expect(difference.isWithin(1e-5), "\(shape): \(difference)")
    }

    /// Positions far outside, on the borders, between pixels, and not numbers at all.
    @Test func fastSamplingEqualsPlainEverywhere() {
        var random = RandomSource(seed: 13)
        let x = random.normal([1, 3, 5, 9])
        var positions = [Float]()
        let edges: [Float] = [-2, -1.2, -1, -0.999, -0.5, 0, 0.3, 0.999, 1, 1.1, 1.3, 50, -50, .nan, .infinity]
        for a in edges { for b in edges { positions += [a, b] } }
        for _ in 0..<500 { positions += [random.normal(), random.normal()] }
        let grid = Tensor(positions, [1, 1, positions.count / 2, 2])
        func run(_ path: OperatorPath) -> Tensor {
            OperatorPath.$current.withValue(path) {
                GridSampling.forward(x, grid: grid)
            }
        }
        let (fast, plain) = (run(.fast), run(.reference))
        #expect(fast.isFinite && plain.isFinite)
        #expect(Difference(fast, plain).isWithin(1e-5), "\(Difference(fast, plain))")
    }

    @Test func warpEqualsPlainWithOneSourceForSeveralSamples() {
        var random = RandomSource(seed: 14)
        let source = random.normal([1, 4, 16, 16]), features = random.normal([3, 4, 16, 16])
        let map = random.normal([3, 3, 16, 16])
        func run(_ path: OperatorPath) -> Warp.Result {
            OperatorPath.$current.withValue(path) {
                Warp.forward(source: source, features: features, map: map)
            }
        }
        let (fast, plain) = (run(.fast), run(.reference))
        #expect(Difference(fast.warped, plain.warped).isWithin(1e-5))
        #expect(Difference(fast.blended!, plain.blended!).isWithin(1e-5))
    }
}
