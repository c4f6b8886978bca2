import Checkpoints
import Networks
import Operators
import Tensors
import Testing
import TestSupport

@Suite struct MouthNetworkTests {
    /// Against the sums that define a convolution over time.
    @Test(arguments: [(3, 1), (4, 2), (2, 3)]) func timeConvolutionsAreTheSums(width: Int, stride: Int) {
        let (samples, steps, inputs, outputs) = (2, 9, 3, 4)
        let (layer, parameters) = Parameter.collecting(seed: 4) {
            TimeConvolution($0, from: inputs, to: outputs, width: width, stride: stride, activation: .relu)
        }
        var random = RandomSource(seed: 5)
        parameters[1].value = random.normal([outputs])
        let x = random.normal([samples, steps, inputs]), y = layer(x), count = (steps - width) / stride + 1
        #expect(y.shape == [samples, count, outputs] && layer.steps(of: steps) == count)
        let (weight, bias) = (parameters[0].value.values, parameters[1].value.values)
        var expected: [Float] = []
        for sample in 0..<samples {
            for step in 0..<count {
                for output in 0..<outputs {
                    var sum = bias[output]
                    for offset in 0..<width {
                        for input in 0..<inputs {
                            let place = (sample * steps + step * stride + offset) * inputs + input
                            sum += weight[(output * width + offset) * inputs + input] * x.values[place]
                        }
                    }
                    expected.append(max(sum, 0))
                }
            }
        }
        #expect(Difference(y, Tensor(expected, y.shape)).largest < 1e-5)
    }

    /// The derivative along the gradient itself, against a finite difference.
    @Test func gradientsFlowToEveryParameter() {
        let network = MouthNetwork(seed: 1)
        var random = RandomSource(seed: 2)
        let x = random.normal([3, 20, 32], scale: 4), values = network.parameters.map(\.value)
        func loss() -> Tensor { SquaredLoss.forward(network(x), target: 0.3) }
        let tape = Tape(watching: values), value = Tape.$current.withValue(tape) { loss() }, gradients = tape.gradients(of: value)
        let directions = values.map { gradients[$0] ?? Tensor(zeros: $0.shape) }
        #expect(directions.allSatisfy { $0.values.contains { $0 != 0 } })
        let slope = directions.reduce(0.0) { $0 + $1.values.reduce(0) { $0 + Double($1) * Double($1) } }
        func moved(_ distance: Float) -> Double {
            for (parameter, (value, direction)) in zip(network.parameters, zip(values, directions)) {
                parameter.value = Tensor(zip(value.values, direction.values).map { $0 + distance * $1 }, value.shape)
            }
            return Double(loss().values[0])
        }
        let difference = (moved(1e-3) - moved(-1e-3)) / 2e-3
        #expect(abs(slope - difference) < 0.01 * slope, "\(slope), \(difference)")
    }

    @Test func itIsSmallAndWrittenWhole() throws {
        let network = MouthNetwork(seed: 1), folder = try TemporaryFolder(), file = folder.file("weights.safetensors")
        #expect((90_000...110_000).contains(network.parameterCount))
        try SafetensorsFile.write(network.parameters.map { ($0.name, $0.value) }, as: .float32, to: file, overwrite: false)
        let other = try MouthNetwork(Checkpoint.open(file)), x = Tensor(repeating: 0.5, [2, 20, 32])
        #expect(other(x).values == network(x).values && other(x).shape == [2, 3])
        try SafetensorsFile.write(
            network.parameters.dropLast().map { ($0.name, $0.value) }, as: .float32, to: file, overwrite: true)
        #expect { try MouthNetwork(Checkpoint.open(file)) } throws: { "\($0)".contains("1 missing: linear2.bias") }
    }
}
