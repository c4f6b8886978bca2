import Networks
import Operators
import TestSupport
import Tensors
import Testing

/// Layers with running statistics, which are no learned parameters.
@Suite struct BufferTests {
    @Test func runningStatisticsAreBuffers() {
        let parameters = Parameter.collecting { NormalizedConvolution($0, from: 3, to: 4, rows: 3, columns: 3, padding: 1) }.parameters
        #expect(parameters.filter(\.isBuffer).map(\.name) == ["bn.running_mean", "bn.running_var"])
        #expect(parameters.filter(\.isLearned).map(\.name) == ["conv.weight", "bn.weight", "bn.bias"])
    }

    /// Layers at rest say so, instead of dropping the gradient, if a tape watches one of their parameters.
    @Test(arguments: ["conv.weight", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"])
    func parametersAtRestAreRefused(_ name: String) async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [name] in
            let (layer, parameters) = Parameter.collecting { NormalizedConvolution($0, from: 1, to: 1, rows: 1, columns: 1) }
            // The second call finds everything prepared.
            _ = layer(Tensor(zeros: [1, 1, 1, 1]))
            let watched = parameters.first { $0.name == name }!.value
            _ = Tape.$current.withValue(Tape(watching: [watched])) { layer(Tensor(zeros: [1, 1, 1, 1])) }
        }
        let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(said.contains(name), "\(said)")
    }

    /// y = relu((w∗x − mean)/√(variance + ε)·weight + bias), also after any of the five has changed.
    @Test(arguments: [true, false]) func normalizedConvolutionFollowsItsParameters(isRectified: Bool) {
        var random = RandomSource(seed: 41)
        let x = random.normal([2, 3, 5, 4])
        let (layer, parameters) = Parameter.collecting {
            NormalizedConvolution($0, from: 3, to: 4, rows: 3, columns: 3, padding: 1, epsilon: 0.01, isRectified: isRectified)
        }
        let named = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0) })
        func check() {
            func values(_ name: String) -> [Float] { named[name]!.value.values }
            let plain = Convolution.forward(x, weight: named["conv.weight"]!.value, padding: 1)
            let expected = plain.values.enumerated().map { index, value -> Float in
                let c = index / 20 % 4
                let normal = (value - values("bn.running_mean")[c]) / (values("bn.running_var")[c] + 0.01).squareRoot()
                let y = normal * values("bn.weight")[c] + values("bn.bias")[c]
                return isRectified ? max(y, 0) : y
            }
            let difference = Difference(layer(x), Tensor(expected, plain.shape))
            #expect(difference.isWithin(1e-5), "\(difference)")
        }
        check()
        for parameter in parameters {
            parameter.value = Tensor(parameter.value.values.map { $0 * 0.5 + 0.3 + random.uniform() }, parameter.shape)
            check()
        }
    }
}
