import Foundation

/// |X|² of real values at the frequencies 0…N/2, by the fast Fourier transform of Cooley and Tukey (1965), in double precision.
package struct PowerSpectrum {
    /// N, a power of two.
    let size: Int
    private let cosines, sines: [Double]
    private let reversed: [Int]
    private var real, imaginary: [Double]

    package init(size: Int) {
        precondition(size > 1 && size & (size - 1) == 0, "\(size) is no power of two")
        self.size = size
        let angles = (0..<size / 2).map { -2 * Double.pi * Double($0) / Double(size) }
        (cosines, sines) = (angles.map { cos($0) }, angles.map { sin($0) })
        let bits = size.trailingZeroBitCount
        reversed = (0..<size).map { number in (0..<bits).reduce(0) { $0 << 1 | number >> $1 & 1 } }
        (real, imaginary) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size))
    }

    /// - Parameters:
    ///   - values: at most N; zeros follow them.
    ///   - result: N/2 + 1 values.
    package mutating func compute(_ values: ArraySlice<Double>, into result: inout [Double]) {
        precondition(values.count <= size && result.count == size / 2 + 1, "\(values.count) values, \(result.count) results")
        for index in 0..<size {
            real[reversed[index]] = index < values.count ? values[values.startIndex + index] : 0
            imaginary[index] = 0
        }
        var half = 1
        while half < size {
            let step = size / (2 * half)
            for block in stride(from: 0, to: size, by: 2 * half) {
                for k in 0..<half {
                    let (a, b) = (block + k, block + k + half), (c, s) = (cosines[k * step], sines[k * step])
                    let x = real[b] * c - imaginary[b] * s, y = real[b] * s + imaginary[b] * c
                    (real[b], imaginary[b]) = (real[a] - x, imaginary[a] - y)
                    (real[a], imaginary[a]) = (real[a] + x, imaginary[a] + y)
                }
            }
            half *= 2
        }
        for index in result.indices { result[index] = real[index] * real[index] + imaginary[index] * imaginary[index] }
    }
}
