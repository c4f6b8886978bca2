import Foundation
import Operators
import Tensors
import Testing
import TestSupport

@Suite struct PrecisionTests {
    /// The nearest numbers of 8 significant bits, ties to even.
    private func rounded(_ x: Tensor, times factor: Float = 1) -> Tensor {
        Tensor(
            x.values.map {
                let bits = ($0 * factor).bitPattern
                return Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000)
            }, x.shape)
    }

    /// Runs `body` in bfloat16, by the loops for tiles or for pairs of the set in use.
    private func multiplied(byTiles: Bool, _ body: () -> Tensor) -> Tensor {
        Precision.$chosen.withValue(.bfloat16) { Precision.$takesTiles.withValue(byTiles) { body() } }
    }

    /// Products of rounded numbers are exact in float32: only the order of the sums differs from the plain loops.
    @Test(
        arguments: [
            (64, 32, 3, 1, 1, 33, 40), (17, 19, 3, 1, 1, 20, 9), (16, 24, 3, 2, 0, 65, 65), (20, 16, 1, 1, 0, 16, 16),
            (33, 16, 3, 1, 1, 4, 4), (140, 50, 3, 1, 1, 7, 19), (18, 16, 5, 1, 2, 12, 12),
        ], [false, true])
    func bfloat16MultipliesRoundedNumbers(
        _ shape: (inputs: Int, outputs: Int, kernel: Int, stride: Int, padding: Int, height: Int, width: Int), byTiles: Bool
    ) {
        var random = RandomSource(seed: 31)
        let x = random.normal([2, shape.inputs, shape.height, shape.width])
        let weight = random.normal([shape.outputs, shape.inputs, shape.kernel, shape.kernel])
        let bias = random.normal([shape.outputs])
        let epilogue = Epilogue(bias: bias, activation: .scaledLeakyReLU)
        let found = multiplied(byTiles: byTiles) {
            Convolution.forward(
                x, weight: weight, gain: 0.1, stride: shape.stride, padding: shape.padding, epilogue: epilogue)
        }
        let expected = OperatorPath.$current.withValue(.reference) {
            Convolution.forward(
                rounded(x), weight: rounded(weight, times: 0.1), stride: shape.stride, padding: shape.padding, epilogue: epilogue)
        }
        #expect(Difference(found, expected).isWithin(1e-5), "\(shape): \(Difference(found, expected))")
        let exact = Convolution.forward(
            x, weight: weight, gain: 0.1, stride: shape.stride, padding: shape.padding, epilogue: epilogue)
        #expect(!Difference(found, exact).isWithin(1e-5), "nothing was rounded")
    }

    @Test(arguments: [false, true]) func upsamplingMultipliesRoundedNumbers(byTiles: Bool) {
        var random = RandomSource(seed: 32)
        for (inputs, outputs, height, width) in [(33, 17, 9, 6), (130, 16, 40, 36)] {
            let x = random.normal([2, inputs, height, width]), weight = random.normal([1, outputs, inputs, 3, 3])
            let style = Tensor(repeating: 0.5, [2, inputs])
            let found = multiplied(byTiles: byTiles) {
                UpsamplingConvolution.forward(x, weight: ConvolutionWeights(weight, gain: 0.1), inputScale: style)
            }
            let expected = OperatorPath.$current.withValue(.reference) {
                UpsamplingConvolution.forward(
                    rounded(x, times: 0.5), weight: ConvolutionWeights(rounded(weight, times: 0.1)))
            }
            #expect(Difference(found, expected).isWithin(1e-5), "\(Difference(found, expected))")
        }
    }

    /// Winograd's ways round what they transformed, which enlarges errors: at these sizes to less than 2% of the results' own size.
    @Test func winogradRoundsTransformedNumbers() {
        var random = RandomSource(seed: 34)
        func check(_ name: String, _ run: () -> Tensor) {
            let exact = run().values, found = multiplied(byTiles: false, run).values
            let error = zip(exact, found).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
            let power = exact.reduce(0.0) { $0 + Double($1 * $1) }, relative = (error / power).squareRoot()
            let rounds = Precision.hasFastBFloat16
            #expect(rounds ? (1e-3...2e-2).contains(relative) : relative == 0, "\(name): \(relative)")
        }
        for (inputs, outputs) in [(33, 40), (140, 17)] {
            let x = random.normal([2, inputs, 32, 36]), weight = ConvolutionWeights(random.normal([outputs, inputs, 3, 3]), gain: 0.1)
            check("3×3, \(inputs)→\(outputs)") { Convolution.forward(x, weight: weight, padding: 1) }
        }
        let weight = ConvolutionWeights(random.normal([1, 41, 35, 3, 3]), gain: 0.1), style = Tensor(repeating: 0.5, [2, 35])
        let large = random.normal([2, 35, 65, 73]), small = random.normal([2, 35, 32, 36])
        check("halving") { Convolution.forward(large, weight: weight, stride: 2, inputScale: style) }
        check("doubling") { UpsamplingConvolution.forward(small, weight: weight, inputScale: style) }
    }

    /// Training computes in float32, whatever precision is chosen.
    @Test func trainingStaysInFloat32() {
        var random = RandomSource(seed: 33)
        let x = random.normal([1, 16, 8, 8]), weight = random.normal([16, 16, 3, 3])
        let plain = Convolution.forward(x, weight: weight, padding: 1)
        let recorded = Precision.$chosen.withValue(.bfloat16) {
            Tape.$current.withValue(Tape(watching: [weight])) { Convolution.forward(x, weight: weight, padding: 1) }
        }
        #expect(plain.values == recorded.values)
    }
}
