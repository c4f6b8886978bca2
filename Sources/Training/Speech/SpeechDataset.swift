import Checkpoints
import Files
import Foundation
import Networks
import Speech
import Tensors

/// Speech with known mouths, as Tools/training/make-speech writes it.
///
/// The file is a safetensors file of two tensors: `samples` (N), 16-bit sound at 16 kHz, utterance after utterance, and `mouths` (M, 3): how far
/// the mouth is open, wide and pucker every 10 ms of each. Its metadata hold `lia_speech`, the version of this layout, and `utterances`, an
/// array of objects with `voice`, `samples`, `steps` and `is_other` as JSON text.
public struct SpeechDataset: Sendable {
    /// The value of `lia_speech` that is read.
    static let version = "1"

    /// One utterance.
    struct Utterance: Sendable {
        /// A step each 10 ms, 32 values each (see `LogMel`).
        let spectra: [Float]
        /// open, wide and pucker of each step.
        let mouths: [Float]
        /// Whether its voice is only to be measured with.
        let isOther: Bool

        var steps: Int { mouths.count / 3 }
    }

    private struct Entry: Decodable {
        let samples, steps: Int
        let isOther: Bool

        enum CodingKeys: String, CodingKey {
            case samples, steps
            case isOther = "is_other"
        }
    }

    public let path: String
    let utterances: [Utterance]
    /// Differs between data sets.
    let identity: String

    /// Reads the file, and computes the spectra of its sound.
    ///
    /// - Throws: `FileError` (input) when the file cannot be read, is no such file, or its parts do not fit one another.
    public init(path: String) throws {
        let checkpoint = try Checkpoint.open(path)
        func wrong(_ problem: String) -> FileError { FileError(.input, path, problem) }
        guard let version = checkpoint.metadata["lia_speech"] else {
            throw wrong("is no speech with known mouths; make some with Tools/training/make-speech")
        }
        guard version == Self.version else {
            throw wrong("is speech data of version '\(version.prefix(20))', expected \(Self.version); make it again")
        }
        guard let entries = try? JSONDecoder().decode([Entry].self, from: Data((checkpoint.metadata["utterances"] ?? "").utf8)) else {
            throw wrong("its list of utterances cannot be read; make it again")
        }
        let samples = try checkpoint.tensor("samples"), mouths = try checkpoint.tensor("mouths")
        guard mouths.shape.count == 2, mouths.shape[1] == 3, mouths.isFinite else {
            throw wrong("expected mouths of (steps, 3) numbers, found \(mouths.shape); make it again")
        }
        var starts: [(sample: Int, step: Int)] = [(0, 0)]
        for (index, entry) in entries.enumerated() {
            let (sample, step) = starts[index]
            guard entry.samples > 0, entry.samples <= samples.count - sample, entry.steps <= mouths.shape[0] - step,
                entry.steps == entry.samples * LogMel.stepsPerSecond / LogMel.rate + 1
            else {
                throw wrong("utterance \(index + 1) has \(entry.samples) samples and \(entry.steps) steps, which do not fit; make it again")
            }
            starts.append((sample + entry.samples, step + entry.steps))
        }
        guard !entries.isEmpty, starts[entries.count] == (samples.count, mouths.shape[0]) else {
            throw wrong("its utterances do not make up its sound; make it again")
        }
        self.path = path
        identity = "\(entries.count) utterances, \(samples.count) samples"
        utterances = Parallel.map(entries.count) { index in
            let (entry, start) = (entries[index], starts[index])
            var spectra = LogMel()
            spectra.take((0..<entry.samples).map { samples.pointer[start.sample + $0] / 32768 })
            let own = UnsafeBufferPointer(start: mouths.pointer + 3 * start.step, count: 3 * entry.steps)
            return Utterance(spectra: spectra.finish(), mouths: Array(own), isOther: entry.isOther)
        }
        keepAlive(samples, mouths)
    }

    /// Which utterances are learned from, which held out, and which are of voices that nothing learns from.
    ///
    /// - Parameter fraction: of those of other voices than these, how many are held out.
    func split(_ fraction: Double) -> (training: [Int], sentences: [Int], voices: [Int]) {
        let own = utterances.indices.filter { !utterances[$0].isOther }, held = Int((Double(own.count) * fraction).rounded())
        // The last ones: utterances are random, and voices take turns.
        return (Array(own.dropLast(held)), Array(own.suffix(held)), utterances.indices.filter { utterances[$0].isOther })
    }

    /// Utterances that no model learns from, of other voices where there are some: what a network hears, and what the mouth truly does, each
    /// (N, 3) at a frame rate.
    ///
    /// - Parameters:
    ///   - count: at most so many.
    ///   - fraction: of the utterances of other voices than these that is held out.
    public func heldOut(
        count: Int, fraction: Double = 0.1, by network: MouthNetwork, rate: Double
    ) -> [(name: String, heard: Tensor, truth: Tensor)] {
        let parts = split(fraction), chosen = (parts.voices.isEmpty ? parts.sentences : parts.voices).prefix(count)
        return chosen.map { index in
            let utterance = utterances[index], mouth = SpeechMouth(spectra: utterance.spectra, by: network)
            let frames = max(1, Int(Double(utterance.steps) / Double(LogMel.stepsPerSecond) * rate))
            var heard: [Float] = [], truth: [Float] = []
            for frame in 0..<frames {
                let now = mouth(at: Double(frame) / rate)
                heard += [now.open, now.wide, now.pucker]
                let step = min(utterance.steps - 1, Int((Double(frame) / rate * Double(LogMel.stepsPerSecond)).rounded()))
                truth += utterance.mouths[3 * step..<3 * step + 3]
            }
            return ("utterance \(index + 1)", Tensor(heard, [frames, 3]), Tensor(truth, [frames, 3]))
        }
    }
}
