import Foundation
import Speech
import Testing

@Suite struct PowerSpectrumTests {
    /// Against the sums that define it.
    @Test(arguments: [2, 8, 64]) func spectraAreTheSums(size: Int) {
        let values = (0..<size - 1).map { sin(Double($0) * 1.7) + 0.3 * Double($0 % 3) }
        var spectrum = PowerSpectrum(size: size), found = [Double](repeating: 0, count: size / 2 + 1)
        // Twice, because what the first left must not count.
        for _ in 0..<2 { spectrum.compute(values[...], into: &found) }
        for k in 0...size / 2 {
            var (real, imaginary) = (0.0, 0.0)
            for (t, value) in values.enumerated() {
                real += value * cos(2 * .pi * Double(k * t) / Double(size))
                imaginary += value * sin(2 * .pi * Double(k * t) / Double(size))
            }
            #expect(abs(found[k] - real * real - imaginary * imaginary) < 1e-9 * Double(size * size))
        }
    }

    /// A window is given once it is whole, the last ones with zeros.
    @Test func windowsOverlap() {
        var windows = SampleWindows(length: 4, step: 2, lead: 1)
        #expect(windows.take([1, 2]).isEmpty)
        #expect(windows.take([3, 4, 5]).map { Array($0) } == [[0, 1, 2, 3], [2, 3, 4, 5]])
        #expect(windows.finish(count: 4).map { Array($0) } == [[4, 5, 0, 0], [0, 0, 0, 0]])
        #expect(windows.samples == 5 && windows.windows == 4)
    }
}
