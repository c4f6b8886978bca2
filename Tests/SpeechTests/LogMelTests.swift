import Foundation
import Networks
import Speech
import Tensors
import Testing

@Suite struct LogMelTests {
    private func tone(_ hertz: Double, amplitude: Double = 0.1, seconds: Double = 0.5) -> [Float] {
        (0..<Int(seconds * 16000)).map { Float(amplitude * sin(2 * .pi * hertz * Double($0) / 16000)) }
    }

    private func spectra(_ samples: [Float], piece: Int = 1 << 20) -> [Float] {
        var mel = LogMel()
        for start in stride(from: 0, to: samples.count, by: piece) { mel.take(Array(samples[start..<min(samples.count, start + piece)])) }
        return mel.finish()
    }

    private func step(_ number: Int, of spectra: [Float]) -> [Float] { Array(spectra[number * 32..<(number + 1) * 32]) }

    /// The loudest band is the one whose triangle is highest at the tone: its center is nearest on the mel scale.
    @Test(arguments: [200.0, 450, 1000, 2500, 6000]) func tonesAreInTheirBands(hertz: Double) {
        let spectra = spectra(tone(hertz)), values = step(20, of: spectra)
        #expect(spectra.count == 51 * 32)
        func mel(_ f: Double) -> Double { 2595 * log10(1 + f / 700) }
        let width = (mel(7600) - mel(60)) / 33, expected = Int(((mel(hertz) - mel(60)) / width).rounded()) - 1
        #expect(abs(values.indices.max { values[$0] < values[$1] }! - expected) <= (hertz < 400 ? 1 : 0))
    }

    /// A step every 10 ms, whatever pieces the sound comes in.
    @Test func piecesMakeNoDifference() {
        let sound = tone(700) + tone(1500, seconds: 0.2)
        #expect(spectra(sound) == spectra(sound, piece: 333))
        #expect(spectra([0]).count == 32 && spectra(tone(700, seconds: 0.01)).count == 2 * 32)
    }

    /// Loudness does not count, and pauses do not change what is around them.
    @Test func levelsAreRelativeToTheSpeech() {
        var random = RandomSource(seed: 1)
        let speech = (0..<16000).map { _ in 0.2 * random.normal() }, loud = spectra(speech), quiet = spectra(speech.map { $0 * 0.3 })
        // Noise has power in every band, far above the floor.
        #expect(zip(loud, quiet).allSatisfy { abs($0 - $1) < 0.05 })
        let paused = spectra(speech + [Float](repeating: 0, count: 64000))
        #expect(zip(step(20, of: loud), step(20, of: paused)).allSatisfy { abs($0 - $1) < 0.3 })
    }

    /// Sound without speech is not made as loud as speech.
    @Test func silenceIsSilent() {
        for level in [0, Float(1e-5)] {
            let spectra = spectra((0..<16000).map { level * sin(Float($0 * $0 % 7919)) })
            #expect(spectra.allSatisfy { $0 < -6 }, "\(level): \(spectra.max()!)")
        }
    }
}
