import Foundation
import Operators
import Tensors
import Testing
import TestSupport

/// Values of the operators that training and detail use, against closed forms and other programs.
@Suite struct TrainingOperatorTests {
    /// The similarity is that of scikit-image.
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

    /// A displacement by whole pixels moves the residual as it is, and zeros in from outside.
    @Test func residualsMoveByWholePixels() {
        let pictures = Tensor(repeating: 10, [2, 1, 4, 4]), residuals = Tensor((1...32).map(Float.init), [2, 1, 4, 4])
        var offsets = [Float](repeating: 0, count: 64)
        // The first picture reads one pixel to its right, a quarter of the picture; the second two pixels below.
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

    /// A residual is multiplied by moved/own where that is below 1.
    @Test func residualsCountAsTheMasksShow() {
        let pictures = Tensor(zeros: [1, 2, 2, 4]), residuals = Tensor(repeating: 8, [1, 2, 2, 4])
        // Every place reads the next one to its right, a quarter of the picture away.
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

    /// Catmull and Rom's interpolation is exact for parabolas away from the border, and for constants everywhere.
    @Test func enlargementKeepsParabolas() {
        let width = 9, side = 21
        let x = Tensor(
            (0..<width * width).map { p in
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
        // Two samples that differ by 1 in every value deviate by 1/2.
        let pair = Tensor([0, 0, 1, 1], [2, 2, 1, 1])
        #expect(abs(MinibatchDeviation.forward(pair).values[2] - 0.5) < 1e-6)
    }
}
