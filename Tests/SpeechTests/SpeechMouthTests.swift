import Foundation
import ModelLibrary
import Networks
import Speech
import Tensors
import Testing
import TestSupport

@Suite struct SpeechMouthTests {
    private let network = MouthNetwork(seed: 3)

    /// A chirp, and a second of silence on either side.
    private var sound: [Float] {
        let silence = [Float](repeating: 0, count: 16000)
        return silence + (0..<16000).map { 0.2 * sin(Float($0) * (0.05 + 0.00001 * Float($0))) } + silence
    }

    private func mouth(_ samples: [Float]) -> SpeechMouth {
        var mel = LogMel()
        mel.take(samples)
        return SpeechMouth(spectra: mel.finish(), by: network)
    }

    @Test func theMouthIsShutInSilence() {
        let mouth = mouth(sound)
        #expect(abs(mouth.duration - 3) < 0.011)
        var moves = 0
        for frame in 0..<75 {
            let seconds = Double(frame) / 25, now = mouth(at: seconds)
            if seconds < 0.8 || seconds > 2.2 { #expect(now == (0, 0, 0), "\(seconds) s") }
            if now != (0, 0, 0) { moves += 1 }
            #expect(now.open >= 0 && (-1...1).contains(now.wide) && now.pucker >= 0)
        }
        #expect(moves > 20)
        #expect(mouth(at: -1) == (0, 0, 0) && mouth(at: 3.1) == (0, 0, 0))
    }

    /// The same curve at any rate, and no jumps.
    @Test func ratesShareACurve() {
        let mouth = mouth(sound), slow = mouth.frames(rate: 25), fast = mouth.frames(rate: 100)
        #expect(slow.shape == [75, 3] && fast.shape == [300, 3])
        for frame in 0..<75 {
            #expect(
                zip(slow.values[3 * frame..<3 * frame + 3], fast.values[12 * frame..<12 * frame + 3]).allSatisfy { abs($0 - $1) < 1e-4 })
        }
        let between = mouth(at: 1.505), ends = (mouth(at: 1.5), mouth(at: 1.51))
        #expect(abs(between.open - (ends.0.open + ends.1.open) / 2) < 1e-4)
        #expect(mouth.table(rate: 30).columns == ["open", "wide", "pucker"])
    }

    @Test func anyLengthHasFrames() {
        for count in [0, 1, 159, 160, 6000] {
            let frames = mouth([Float](repeating: 0.01, count: count)).frames(rate: 25)
            #expect(frames.shape[0] >= 1 && frames.isFinite)
        }
    }

    /// Sound outside of the first and last step is silence.
    @Test func windowsAreFilledWithSilence() {
        let spectra = (0..<3 * 32).map { Float($0) }, window = SpeechMouth.windows(spectra, at: [1])
        #expect(window.shape == [1, 20, 32])
        let values = window.values
        #expect(values[..<(7 * 32)].allSatisfy { $0 == values[0] } && values[0] < -6)
        #expect(Array(values[7 * 32..<10 * 32]) == spectra && values[(10 * 32)...].allSatisfy { $0 == values[0] })
    }

    /// The shipped model on sound of espeak-ng: the mouth opens and closes, and rounds for some of it.
    @Test func theModelReadsSpeech() throws {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Models/speech").standardized.path
        let mouth = try SpeechMouth(ofSound: Fixture.path("speech/speech.wav"), by: SpeechModel.network(root))
        let frames = mouth.frames(rate: 50), open = (0..<frames.shape[0]).map { frames.values[3 * $0] }
        let wide = (0..<frames.shape[0]).map { frames.values[3 * $0 + 1] }, pucker = (0..<frames.shape[0]).map { frames.values[3 * $0 + 2] }
        #expect(open.max()! > 0.5 && open.max()! < 1 && open.min()! < 0.05)
        #expect(wide.max()! > 0.4 && wide.min()! < -0.3 && pucker.max()! > 0.6 && pucker.min()! < 0.05)
        // Lips that pucker are narrow.
        let pairs = zip(wide, pucker).filter { $0.1 > 0.5 }
        #expect(!pairs.isEmpty && pairs.allSatisfy { $0.0 < 0.1 })
    }
}
