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
        // Enlarged, because each of its values counts for so little.
        Case(testDescription: "similarity", shape: [2, 2, 13, 14]) {
            let loss = SimilarityLoss.forward($0, target: Tensor(target.values + target.values.prefix(728 - 504), [2, 2, 13, 14]))
            return Sum.forward(loss, Tensor(zeros: [1]), gain: 300)
        },
        Case(testDescription: "repetition", shape: [1, 2, 3]) { Repetition.forward($0, count: 4) },
        Case(testDescription: "difference, what is left", shape: [2, 3]) { Sum.forward($0, minus: Tensor(repeating: 2, [2, 3])) },
        Case(testDescription: "difference, what is taken", shape: [2, 3]) { Sum.forward(Tensor(repeating: 2, [2, 3]), minus: $0) },
        Case(testDescription: "residual warp, pictures", shape: [3, 2, 5, 6]) {
            ResidualWarp.forward($0, residuals: residuals, indices: [1, nil, 1], displacement: displacement)
        },
        Case(testDescription: "residual warp, residuals", shape: [2, 2, 5, 6]) {
            ResidualWarp.forward(Tensor(zeros: [3, 2, 5, 6]), residuals: $0, indices: [1, nil, 1], displacement: displacement)
        },
        Case(testDescription: "residual warp, residuals under masks", shape: [2, 2, 5, 6]) {
            ResidualWarp.forward(
                Tensor(zeros: [3, 2, 5, 6]), residuals: $0, indices: [1, nil, 1], displacement: displacement, masks: masks)
        },
        Case(testDescription: "residual warp, displacement", shape: [3, 2, 5, 6]) {
            // Small, so that no place crosses a pixel's centre, where bilinear sampling has a kink.
            let moved = Sum.forward(Sum.forward($0, Tensor(zeros: [3, 2, 5, 6]), gain: 0.01), displacement)
            return ResidualWarp.forward(
                Tensor(zeros: [3, 2, 5, 6]), residuals: residuals, indices: [1, nil, 1], displacement: moved)
        },
    ]

    /// Some of what moved is shown less than its source, some more.
    static let masks: (moved: Tensor, own: Tensor) = {
        var random = RandomSource(seed: 34)
        func mask(_ count: Int) -> Tensor { Tensor((0..<count * 30).map { _ in 0.2 + 0.7 * random.uniform() }, [count, 1, 5, 6]) }
        return (mask(3), mask(2))
    }()

    static let residuals: Tensor = {
        var random = RandomSource(seed: 33)
        return random.normal([2, 2, 5, 6])
    }()

    /// Between half a pixel and a pixel, in all directions.
    static let displacement = Tensor((0..<180).map { ($0 % 2 == 0 ? 1 : -1) * (0.12 + Float($0 % 7) / 100) }, [3, 2, 5, 6])

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

    /// As scikit-image measures it.
    @Test(arguments: ["noisy", "shifted", "smallest", "opposite", "large", "five"])
    func similarityAgreesWithOthers(_ name: String) throws {
        let file = try ReferenceVectors.file("metrics.safetensors")
        func picture(_ part: String) throws -> Tensor {
            let bytes = try file("\(name)/\(part)"), (height, width) = (bytes.shape[0], bytes.shape[1]), values = bytes.values
            return Tensor(
                (0..<values.count).map { values[$0 % (height * width) * 3 + $0 / (height * width)] / 127.5 - 1 }, [1, 3, height, width])
        }
        let loss = SimilarityLoss.forward(try picture("a"), target: try picture("b")).values[0]
        #expect(abs(1 - Double(loss) - Double(try file("\(name)/values").values[2])) < 1e-4)
    }

    /// By whole pixels the residual arrives as it is, and as zeros from outside.
    @Test func residualsMoveByWholePixels() {
        let pictures = Tensor(repeating: 10, [2, 1, 4, 4]), residuals = Tensor((1...32).map(Float.init), [2, 1, 4, 4])
        var offsets = [Float](repeating: 0, count: 64)
        // The first reads one pixel to its right, a half of half the picture; the second two below.
        for p in 0..<16 { (offsets[p], offsets[48 + p]) = (0.5, 1) }
        for path in [OperatorPath.fast, .reference] {
            let result = OperatorPath.$current.withValue(path) {
                ResidualWarp.forward(
                    pictures, residuals: residuals, indices: [1, 0], displacement: Tensor(offsets, [2, 2, 4, 4]))
            }
            let expected: [Float] = [
                28, 29, 30, 10, 32, 33, 34, 10, 36, 37, 38, 10, 40, 41, 42, 10,
                19, 20, 21, 22, 23, 24, 25, 26, 10, 10, 10, 10, 10, 10, 10, 10,
            ]
            #expect(zip(result.values, expected).allSatisfy { abs($0 - $1) < 1e-4 }, "\(result.values)")
        }
    }

    /// A residual counts as much less as less of the source is shown than where it was taken, and never more.
    @Test func residualsCountAsTheMasksShow() {
        let pictures = Tensor(zeros: [1, 2, 2, 4]), residuals = Tensor(repeating: 8, [1, 2, 2, 4])
        // Every place reads the next to its right, half of half the picture away.
        let displacement = Tensor([Float](repeating: 0.5, count: 8) + [Float](repeating: 0, count: 8), [1, 2, 2, 4])
        let own = Tensor([0.1, 0.5, 0.4, 0.8, 0.1, 1, 0.2, 0.5], [1, 1, 2, 4])
        let moved = Tensor([0.25, 0.8, 0.2, 0.9, 0.5, 0, 0.25, 0.3], [1, 1, 2, 4])
        let expected: [Float] = [4, 8, 2, 0, 4, 0, 4, 0]
        for path in [OperatorPath.fast, .reference] {
            let result = OperatorPath.$current.withValue(path) {
                ResidualWarp.forward(
                    pictures, residuals: residuals, indices: [0], displacement: displacement, masks: (moved, own))
            }
            #expect(zip(result.values, expected + expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(result.values)")
        }
    }

    /// Catmull and Rom's interpolation is exact for parabolas, away from the border; constants stay everywhere.
    @Test func enlargementKeepsParabolas() {
        let width = 9, side = 21
        let x = Tensor((0..<width * width).map { p in
            let (column, row) = (Float(p % width), Float(p / width))
            return column * column - 3 * row + 0.5 * row * row
        }, [1, 1, width, width])
        let result = Enlargement.forward(x, side: side)
        #expect(result.shape == [1, 1, side, side])
        for p in 0..<side * side {
            let column = (Float(p % side) + 0.5) * Float(width) / Float(side) - 0.5
            let row = (Float(p / side) + 0.5) * Float(width) / Float(side) - 0.5
            guard (1...Float(width - 2)).contains(column), (1...Float(width - 2)).contains(row) else { continue }
            let expected = column * column - 3 * row + 0.5 * row * row
            #expect(abs(result.values[p] - expected) < 1e-4 * max(1, abs(expected)))
        }
        #expect(Enlargement.forward(Tensor(repeating: 0.25, [2, 3, 4, 5]), side: 16).values.allSatisfy { abs($0 - 0.25) < 1e-6 })
        #expect(Enlargement.forward(x, side: width).values == x.values)
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
