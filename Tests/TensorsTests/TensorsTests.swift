import Dispatch
import Tensors
import Testing

struct TensorsTests {
    /// Closed form: the product of A[i,l] = i + 1 and B[l,j] = j + 2 sums k equal terms.
    @Test(arguments: [1, 3], [false, true]) func productEqualsClosedForm(m: Int, transposed: Bool) {
        let (n, k) = (5, 4)
        var a = [Float](repeating: 0, count: m * k), b = [Float](repeating: 0, count: k * n)
        for i in 0..<m { for l in 0..<k { a[transposed ? l * m + i : i * k + l] = Float(i + 1) } }
        for l in 0..<k { for j in 0..<n { b[transposed ? j * k + l : l * n + j] = Float(j + 2) } }
        var c = [Float](repeating: 1, count: m * n)
        MatrixProduct.multiply(
            m: m, n: n, k: k, alpha: 0.5, a, lda: transposed ? m : k, transposeA: transposed, b,
            ldb: transposed ? k : n, transposeB: transposed, beta: 3, &c, ldc: n)
        for i in 0..<m { for j in 0..<n { #expect(c[i * n + j] == Float(k * (i + 1) * (j + 2)) / 2 + 3) } }
    }

    @Test(arguments: [0, 1, 2, 7, 1000]) func everyIndexRunsOnce(count: Int) {
        var runs = [Int32](repeating: 0, count: max(count, 1))
        runs.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let buffer = buffer
            Parallel.forEach(count) { buffer[$0] += 1 }
            Parallel.ranges(count, grain: 3) { for index in $0 { buffer[index] += 1 } }
        }
        #expect(runs.prefix(count).allSatisfy { $0 == 2 })
    }

    /// Loops inside of loops, and loops of several threads at the same time.
    @Test func loopsMeet() {
        var runs = [Int32](repeating: 0, count: 4 * 50 * 30)
        runs.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let buffer = buffer
            DispatchQueue.concurrentPerform(iterations: 4) { caller in
                for round in 0..<50 {
                    Parallel.forEach(5) { outer in Parallel.forEach(6) { buffer[((caller * 50 + round) * 5 + outer) * 6 + $0] += 1 } }
                }
            }
        }
        #expect(runs.allSatisfy { $0 == 1 })
    }

    /// The first values of SplitMix64 from seed 1234567, as its authors' C code prints them.
    @Test func randomNumbersAreSplitMix64() {
        var source = RandomSource(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect(expected.map { _ in source.next() } == expected)
    }

    @Test func normalNumbersHaveTheirMoments() {
        var source = RandomSource(seed: 3)
        let values = source.normal([100_000]).values.map(Double.init)
        let mean = values.reduce(0, +) / 1e5, variance = values.reduce(0) { $0 + $1 * $1 } / 1e5
        // The limits are four standard errors: 4/√n of the mean, 4·√(2/n) of the variance.
        #expect(abs(mean) < 0.0127 && abs(variance - 1) < 0.0179)
    }

    @Test func finiteMeansNeitherNaNNorInfinity() {
        #expect(Tensor([1, -.greatestFiniteMagnitude, 0, .leastNonzeroMagnitude], [4]).isFinite)
        for bad in [Float.nan, -.nan, .infinity, -.infinity] {
            #expect(!Tensor([0, 1, bad], [3]).isFinite)
        }
    }

    @Test func itemsAndShapesShareRowMajorOrder() {
        let tensor = Tensor((0..<24).map(Float.init), [4, 2, 3])
        #expect(tensor.items(1..<3).values == (6..<18).map(Float.init))
        #expect(tensor.items(1..<3).shape == [2, 2, 3])
        #expect(tensor.reshaped([6, 4]).values == tensor.values)
    }

    /// A detached tensor has the values of the original, keeps them in memory, and is told apart from it.
    @Test func detachedTensorsShareValues() {
        var original: Tensor? = Tensor(repeating: 3, [100_000])
        let detached = original!.detached
        #expect(detached.pointer == original!.pointer && detached.shape == [100_000] && detached.identity != original!.identity)
        original = nil
        let other = Tensor(repeating: 4, [100_000])
        #expect(other.pointer != detached.pointer && detached.values.allSatisfy { $0 == 3 })
    }

    /// The memory of a tensor serves the next one of its size, never while it is still in use.
    @Test func memoryIsReusedOnlyWhenFree() {
        let kept = Tensor(repeating: 7, [100_000])
        for round in 0..<10 {
            let other = Tensor(repeating: Float(round), [100_000])
            #expect(other.pointer != kept.pointer)
        }
        #expect(kept.values.allSatisfy { $0 == 7 })
    }
}
