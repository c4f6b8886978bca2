import Networks
import Speech
import Tensors

/// Samples the batches of a run, without end and in an order that its seed alone decides.
struct SpeechSampler {
    private let settings: SettingGroup<SpeechDataSettings>
    private let dataset: SpeechDataset
    /// The utterances to learn from, and at which step of all of them each ends.
    private let utterances: [Int]
    private let ends: [Int]
    var random: RandomSource

    init(_ settings: SettingGroup<SpeechDataSettings>, dataset: SpeechDataset, utterances: [Int], seed: UInt64) {
        (self.settings, self.dataset, self.utterances) = (settings, dataset, utterances)
        var end = 0
        ends = utterances.map { index in
            end += dataset.utterances[index].steps
            return end
        }
        random = RandomSource(seed: seed)
    }

    mutating func next() -> SpeechBatch {
        let count = settings.moments, size = MouthNetwork.steps * MouthNetwork.bands
        let spectra = Tensor(uninitialized: [count, MouthNetwork.steps, MouthNetwork.bands])
        var mouths: [Float] = []
        for moment in 0..<count {
            let place = Int(random.next() % UInt64(ends[ends.count - 1])), index = ends.partitioningIndex { $0 > place }
            let utterance = dataset.utterances[utterances[index]], step = place - (index > 0 ? ends[index - 1] : 0)
            mouths += utterance.mouths[3 * step..<3 * step + 3]
            let window = SpeechMouth.windows(utterance.spectra, at: [step])
            vary(window, into: spectra.mutablePointer + moment * size)
            keepAlive(window)
        }
        return SpeechBatch(spectra: spectra, mouths: Tensor(mouths, [count, 3]))
    }

    private mutating func uniform(_ most: Double) -> Float { Float(most) * (2 * random.uniform() - 1) }

    /// Another voice, microphone and level.
    private mutating func vary(_ window: Tensor, into target: UnsafeMutablePointer<Float>) {
        let bands = MouthNetwork.bands, last = Float(bands - 1), from = window.pointer
        let level = uniform(settings.loudness), tilt = uniform(settings.tilt), stretch = 1 + uniform(settings.stretch)
        for band in 0..<bands {
            let place = min(max(Float(band) * stretch, 0), last), first = min(Int(place), bands - 2), part = place - Float(first)
            let added = level + tilt * (Float(band) / last - 0.5)
            for step in 0..<MouthNetwork.steps {
                let (a, b) = (from[step * bands + first], from[step * bands + first + 1])
                target[step * bands + band] = a + (b - a) * part + added
            }
        }
    }
}

extension Array where Element == Int {
    /// The first index whose element fulfills a condition that all after it fulfill, too; the count where none does.
    fileprivate func partitioningIndex(_ condition: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
