import Operators
import Tensors
import Testing
import TestSupport

/// Operators of networks that measure, against their definitions.
@Suite struct MeasureOperatorTests {
    private func random(_ shape: [Int], seed: UInt64 = 3) -> Tensor {
        var source = RandomSource(seed: seed)
        return source.normal(shape)
    }

    @Test(arguments: [(3, 2, 0), (3, 1, 1), (3, 2, 1), (2, 2, 0), (5, 3, 2)])
    func windows(_ window: Int, _ stride: Int, _ padding: Int) {
        let x = random([2, 3, 9, 12])
        let (rows, columns) = ((9 + 2 * padding - window) / stride + 1, (12 + 2 * padding - window) / stride + 1)
        var largest: [Float] = [], means: [Float] = [], padded: [Float] = []
        for plane in 0..<6 {
            for row in 0..<rows {
                for column in 0..<columns {
                    var values: [Float] = []
                    for i in row * stride - padding..<row * stride - padding + window where (0..<9).contains(i) {
                        for j in column * stride - padding..<column * stride - padding + window where (0..<12).contains(j) {
                            values.append(x.values[(plane * 9 + i) * 12 + j])
                        }
                    }
                    largest.append(values.max()!)
                    means.append(values.reduce(0, +) / Float(values.count))
                    padded.append(values.reduce(0, +) / Float(window * window))
                }
            }
        }
        let shape = [2, 3, rows, columns]
        let maximum = WindowPooling.max(x, window: window, stride: stride, padding: padding)
        #expect(Difference(maximum, Tensor(largest, shape)).largest == 0)
        let mean = WindowPooling.mean(x, window: window, stride: stride, padding: padding, countsPadding: false)
        #expect(Difference(mean, Tensor(means, shape)).isWithin(1e-6))
        let counted = WindowPooling.mean(x, window: window, stride: stride, padding: padding)
        #expect(Difference(counted, Tensor(padded, shape)).isWithin(1e-6))
    }

    @Test(arguments: [(1, 7), (7, 1), (1, 3), (3, 1)])
    func kernelsThatAreNotSquare(_ rows: Int, _ columns: Int) {
        let x = random([2, 5, 11, 13]), weight = random([20, 5, rows, columns], seed: 4), bias = random([20], seed: 5)
        var expected: [Float] = []
        for sample in 0..<2 {
            for output in 0..<20 {
                for i in 0..<11 {
                    for j in 0..<13 {
                        var sum = bias.values[output]
                        for channel in 0..<5 {
                            for a in 0..<rows {
                                for b in 0..<columns {
                                    let (y, z) = (i + a - rows / 2, j + b - columns / 2)
                                    guard (0..<11).contains(y), (0..<13).contains(z) else { continue }
                                    sum +=
                                        x.pointer[((sample * 5 + channel) * 11 + y) * 13 + z]
                                        * weight.pointer[((output * 5 + channel) * rows + a) * columns + b]
                                }
                            }
                        }
                        expected.append(sum)
                    }
                }
            }
        }
        let found = Convolution.forward(
            x, weight: ConvolutionWeights(rectangular: weight), padding: max(rows, columns) / 2, epilogue: Epilogue(bias: bias))
        #expect(Difference(found, Tensor(expected, [2, 20, 11, 13])).isWithin(1e-5))
    }

    @Test func bilinearClosedForms() {
        // Half the size has the means of pairs; twice the size has values a quarter of the way, and keeps the edges.
        let x = Tensor([0, 4, 8, 12], [1, 1, 1, 4])
        #expect(BilinearResizing.forward(x, height: 1, width: 2).values == [2, 10])
        #expect(BilinearResizing.forward(x, height: 1, width: 8).values == [0, 1, 3, 5, 7, 9, 11, 12])
        #expect(BilinearResizing.forward(x.reshaped([1, 1, 4, 1]), height: 8, width: 1).values == [0, 1, 3, 5, 7, 9, 11, 12])
        #expect(BilinearResizing.forward(x, height: 3, width: 4).values == [0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12])
    }

    @Test func channelsSideBySide() {
        let found = Concatenation.forward([Tensor([1, 2, 3, 4], [2, 1, 1, 2]), Tensor([5, 6, 7, 8, 9, 10, 11, 12], [2, 2, 1, 2])])
        #expect(found.shape == [2, 3, 1, 2] && found.values == [1, 2, 5, 6, 7, 8, 3, 4, 9, 10, 11, 12])
        let sloped = ParametricRectifier.forward(Tensor([-2, 3, -4, 5], [1, 2, 1, 2]), slope: Tensor([0.5, 0.25], [2]))
        #expect(sloped.values == [-1, 3, -1, 5])
    }
}
