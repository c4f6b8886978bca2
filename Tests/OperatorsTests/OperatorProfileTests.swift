import Operators
import Tensors
import Testing

@Suite struct OperatorProfileTests {
    /// Every application counts once, with the arithmetic and the bytes of its shape; a blur inside another operator does not count.
    @Test func operatorsAreCountedWithTheirArithmetic() {
        var random = RandomSource(seed: 1)
        let x = random.normal([2, 3, 8, 6]), weight = random.normal([5, 3, 3, 3])
        let profile = OperatorProfile()
        OperatorProfile.$current.withValue(profile) {
            for _ in 0..<3 { _ = Convolution.forward(x, weight: weight, padding: 1) }
            _ = UpsamplingConvolution.forward(x, weight: ConvolutionWeights(weight))
        }
        _ = Convolution.forward(x, weight: weight)
        let entries = Dictionary(uniqueKeysWithValues: profile.entries.map { ($0.name, $0) })
        #expect(Set(entries.keys) == ["convolution 3×3 3→5, 8×6", "upsampling convolution 3×3 3→5, 16×12"])
        let convolution = entries["convolution 3×3 3→5, 8×6"]!
        #expect(convolution.calls == 3 && convolution.seconds > 0)
        // There are two operations for each of 2·5·8·6 results, 3 channels and 9 taps, and 4 bytes for each input, weight and result.
        #expect(convolution.operations == 3 * 2 * 480 * 27)
        #expect(convolution.bytes == Double(3 * 4 * (x.count + weight.count + 480)))
        #expect(entries["upsampling convolution 3×3 3→5, 16×12"]!.operations == 2 * 2 * 5 * 48 * 27)
    }
}
