import Media
import Speech
import Tensors
import Testing
import TestSupport

/// Against numbers of the package python_speech_features, and of the authors' steps from them to the network's input.
@Suite struct CepstralCoefficientsTests {
    private let vectors: ReferenceVectors

    init() throws { vectors = try ReferenceVectors.file("speech/cases.safetensors") }

    private func samples() throws -> [Float] { try vectors("samples").values.map { $0 / 32768 } }

    @Test func filtersAreTheirs() throws {
        let found = Tensor(CepstralCoefficients.filterbank.flatMap { $0.map { Float($0) } }, [26, 257])
        #expect(Difference(found, try vectors("filterbank")).largest < 1e-7)
    }

    /// However the sound comes, in one piece or in several.
    @Test(arguments: [25600, 1000, 7]) func coefficientsAreTheirs(piece: Int) throws {
        let samples = try samples()
        var coefficients = CepstralCoefficients()
        for start in stride(from: 0, to: samples.count, by: piece) {
            coefficients.take(Array(samples[start..<min(samples.count, start + piece)]))
        }
        coefficients.finish()
        let expected = try vectors("mfcc")
        let difference = Difference(Tensor(coefficients.values.map { Float($0) }, [coefficients.frames, 26]), expected)
        #expect(difference.sameShape && difference.largest < 1e-4, "\(difference)")
    }

    @Test func rowsAreTheirs() throws {
        var coefficients = CepstralCoefficients(every: 2)
        coefficients.take(try samples())
        coefficients.finish()
        let rows = SpeechRows(coefficients.values, context: 9)
        #expect(rows.count == 80)
        let difference = Difference(rows(0..<14), try vectors("input"))
        #expect(difference.sameShape && difference.largest < 1e-5, "\(difference)")
        #expect(rows(5..<9).values == Array(rows(0..<14).values[5 * 494..<9 * 494]))
    }

    /// The last frame holds the last sample; a sound shorter than a frame has one.
    @Test(arguments: [(1, 1), (400, 1), (401, 2), (560, 2), (561, 3)]) func framesAreCounted(samples: Int, frames: Int) {
        var coefficients = CepstralCoefficients()
        coefficients.take([Float](repeating: 0, count: samples))
        coefficients.finish()
        #expect(coefficients.frames == frames && coefficients.values.allSatisfy(\.isFinite))
        // No power: the logarithm of the least number stands for it.
        #expect(abs(coefficients.values[0] + 36.0437) < 1e-3)
    }
}
