import Foundation
import Operators
import Tensors
import Testing
import TestSupport

/// The operators that only training uses: closed forms for the values, finite differences for the gradients.
@Suite struct TrainingOperatorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let shape: [Int]
        let run: @Sendable (Tensor) -> Tensor
    }

    static let target: Tensor = {
        var random = RandomSource(seed: 31)
        return random.normal([4, 3, 6, 7])
    }()

    static let cases = [
        Case(testDescription: "selection", shape: [3, 2, 4, 5]) { Selection.forward($0, indices: [2, 0, 2, 2]) },
        Case(testDescription: "mean pooling", shape: [2, 3, 5, 6]) { Pooling.mean($0) },
        Case(testDescription: "max pooling", shape: [2, 3, 6, 7]) { Pooling.max($0) },
        Case(testDescription: "rectifier", shape: [50]) { Rectifier.forward($0) },
        Case(testDescription: "differences", shape: [2, 3, 4, 5]) { Differences.forward($0) },
        Case(testDescription: "minibatch deviation", shape: [8, 2, 3, 3]) { MinibatchDeviation.forward($0) },
        Case(testDescription: "minibatch deviation of three", shape: [3, 2, 2, 2]) { MinibatchDeviation.forward($0) },
        Case(testDescription: "softplus, real", shape: [6, 1]) { SoftplusLoss.forward($0, sign: -1) },
        Case(testDescription: "softplus, generated", shape: [6, 1]) { SoftplusLoss.forward($0, sign: 1) },
        Case(testDescription: "L1", shape: [4, 3, 6, 7]) { L1Loss.forward($0, target: target) },
        Case(testDescription: "weighted L1", shape: [4, 3, 6, 7]) {
            L1Loss.forward(
                $0, target: target, weights: Tensor((0..<4 * 42).map { Float($0 % 5) / 400 }, [4, 6, 7]))
        },
        Case(testDescription: "repetition", shape: [1, 2, 3]) { Repetition.forward($0, count: 4) },
    ]

    @Test(arguments: cases) func gradientEqualsFiniteDifferences(_ operatorCase: Case) {
        var random = RandomSource(seed: 32)
        let x = random.normal(operatorCase.shape)
        let tape = Tape(watching: [x])
        let y = Tape.$current.withValue(tape) { operatorCase.run(x) }
        let arriving = random.normal(y.shape)
        guard let gradient = tape.gradients(of: y, seed: arriving)[x] else {
            Issue.record("no gradient")
            return
        }
        func value(_ values: [Float]) -> Double {
            zip(operatorCase.run(Tensor(values, x.shape)).values, arriving.values).reduce(0) {
                $0 + Double($1.0) * Double($1.1)
            }
        }
        var values = x.values
        // Values within a step of a kink are left out: there, no derivative is to be compared with.
        var compared = 0
        for index in values.indices {
            let own = values[index]
            let errors = [Float(2e-3), 2e-4].map { step -> Double in
                values[index] = own + step
                let ahead = value(values)
                values[index] = own - step
                let behind = value(values)
                values[index] = own
                return abs((ahead - behind) / Double(2 * step) - Double(gradient.values[index]))
            }
            #expect(errors.min()! <= 5e-3, "\(index): \(gradient.values[index]), off by \(errors)")
            compared += 1
        }
        #expect(compared == x.count && gradient.shape == x.shape)
    }

    @Test func valuesHaveTheirClosedForms() {
        let x = Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3])
        #expect(Pooling.mean(x).values == [3] && Pooling.max(x).values == [5])
        #expect(Differences.forward(x).values == [1, 1, 0, 1, 1, 0, 1, 1, 0, 3, 3, 3, 3, 3, 3, 0, 0, 0])
        #expect(L1Loss.forward(x, target: Tensor(zeros: [1, 1, 3, 3])).values == [5])
        let weights = Tensor([0, 0, 0, 0, 2, 0, 0, 0, 6], [1, 3, 3])
        #expect(L1Loss.forward(x, target: Tensor(zeros: [1, 1, 3, 3]), weights: weights).values == [2 * 5 + 6 * 9])
        let none = Tensor(zeros: [1, 3, 3])
        #expect(L1Loss.forward(x, target: Tensor(repeating: 1, [1, 1, 3, 3]), weights: none).values == [0])
        #expect(abs(SoftplusLoss.forward(Tensor([0], [1, 1]), sign: 1).values[0] - log(2)) < 1e-6)
        #expect(SoftplusLoss.forward(Tensor([-200, 200], [2, 1]), sign: -1).values == [100])
        // Two samples one apart in every value deviate by half.
        let pair = Tensor([0, 0, 1, 1], [2, 2, 1, 1])
        #expect(abs(MinibatchDeviation.forward(pair).values[2] - 0.5) < 1e-6)
    }
}
