import Operators
import Tensors
import Testing

/// Activations, and the other operators at values where formulas are easily not finite.
@Suite struct ActivationTests {
    @Test(arguments: [
        (Activation.identity, [-4, -0.5, 0, 2] as [Float], [1, 1, 1, 1] as [Float]), (.relu, [0, 0, 0, 2], [0, 0, 0, 1]),
        (.leakyReLU, [-0.8, -0.1, 0, 2], [0.2, 0.2, 0.2, 1]),
        (Activation(slope: 0.5, gain: 3), [-6, -0.75, 0, 6], [1.5, 1.5, 1.5, 3]),
    ]) func valuesAndDerivatives(_ activation: Activation, _ values: [Float], _ derivatives: [Float]) {
        // Long enough for whole vectors, with an end that is not.
        let count = 67, x = Tensor((0..<count * 4).map { [-4, -0.5, 0, 2][$0 / count] }, [1, 4, count])
        let bias = Tensor([Float](repeating: 0, count: 4), [4])
        for apply in [{ activation.forward($0) }, { ChannelBias.forward($0, bias: bias, activation: activation) }] as [(Tensor) -> Tensor] {
            let tape = Tape(watching: [x])
            let y = Tape.$current.withValue(tape) { apply(x) }
            let gradient = tape.gradients(of: y)[x]!
            for index in 0..<x.count {
                #expect(abs(y.values[index] - values[index / count]) < 1e-6)
                #expect(abs(gradient.values[index] - derivatives[index / count]) < 1e-6)
            }
        }
    }

    /// The gain gives back the variance that the slope takes: E[y²] = gain²·(1 + slope²)/2·E[x²], 1.04 for normal x.
    @Test func scaledLeakyReLUKeepsTheVariance() {
        var random = RandomSource(seed: 5)
        let y = Activation.scaledLeakyReLU.forward(random.normal([100_000]))
        #expect(abs(y.values.reduce(0.0) { $0 + Double($1) * Double($1) } / 1e5 - 1.04) < 0.03)
    }

    /// 1/√(0 + ε) and its gradients are finite, also through a whole modulated convolution.
    @Test func styleOfZeroIsFinite() throws {
        var random = RandomSource(seed: 6)
        let x = random.normal([2, 3, 6, 5]), weight = random.normal([1, 4, 3, 3, 3]), bias = random.normal([4])
        // One sample's style is 0, the other's only in one channel.
        let style = Tensor([0, 0, 0, 0.5, 0, -1], [2, 3])
        for path in [OperatorPath.fast, .reference] {
            let tape = Tape(watching: [x, style, weight, bias])
            let (factors, y) = OperatorPath.$current.withValue(path) {
                Tape.$current.withValue(tape) {
                    let energy = Modulation.energy(of: weight)
                    let factors = Modulation.demodulation(style: style, energy: energy, gain: 0.2)
                    let epilogue = Epilogue(scale: factors, bias: bias, activation: .scaledLeakyReLU)
                    return (factors, Convolution.forward(x, weight: weight, gain: 0.2, padding: 1, inputScale: style, epilogue: epilogue))
                }
            }
            #expect(factors.isFinite && y.isFinite)
            #expect(factors.values.prefix(4).allSatisfy { abs($0 / 1e4 - 1) < 1e-5 }, "\(factors.values)")
            let gradients = tape.gradients(of: y, seed: random.normal(y.shape))
            for watched in [x, style, weight, bias] {
                let gradient = try #require(gradients[watched])
                #expect(gradient.isFinite && gradient.values.contains { $0 != 0 })
            }
        }
    }
}
