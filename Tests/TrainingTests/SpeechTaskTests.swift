import Files
import Foundation
import Networks
import Speech
import Tensors
import Testing
import TestSupport
import Training

/// Training of a speech model on sound whose loudness opens the mouth.
@Suite struct SpeechTaskTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Utterances of hiss that comes and goes, as make-speech lays them out.
    private func data(
        _ count: Int = 6, version: String = "1", change: (inout [[String: Any]]) -> Void = { _ in }, _ name: String = "data.safetensors"
    ) throws -> String {
        var random = RandomSource(seed: 7), samples = Data(), mouths = Data(), utterances: [[String: Any]] = []
        for number in 0..<count {
            for index in 0..<8000 {
                let loud = 0.5 - 0.5 * cos(Float(index) / 8000 * 6 * .pi)
                let value = Int16(3000 * loud * (2 * random.uniform() - 1))
                samples += withUnsafeBytes(of: value.littleEndian) { Data($0) }
            }
            for step in 0...50 {
                let open = 0.5 - 0.5 * cos(Float(step) / 50 * 6 * .pi)
                for value in [open, 0.3 * open, 0] { mouths += withUnsafeBytes(of: value.bitPattern.littleEndian) { Data($0) } }
            }
            utterances.append(["voice": "v", "samples": 8000, "steps": 51, "is_other": number == count - 1])
        }
        change(&utterances)
        let list = String(decoding: try JSONSerialization.data(withJSONObject: utterances), as: UTF8.self)
        let head: [String: Any] = [
            "__metadata__": ["lia_speech": version, "utterances": list],
            "samples": ["dtype": "I16", "shape": [count * 8000], "data_offsets": [0, samples.count]],
            "mouths": ["dtype": "F32", "shape": [count * 51, 3], "data_offsets": [samples.count, samples.count + mouths.count]],
        ]
        let text = try JSONSerialization.data(withJSONObject: head)
        let file = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + samples + mouths
        try file.write(to: URL(fileURLWithPath: folder.file(name)))
        return folder.file(name)
    }

    private func configuration(steps: Int) throws -> SpeechTrainingConfiguration {
        try .read(
            nil,
            changes: [
                ("family", "speech"), ("steps", "\(steps)"), ("moments", "16"), ("validation", "0.2"), ("validate_every", "\(steps)"),
                ("average_decay", "0.9"), ("warmup_steps", "5"), ("tilt", "0.2"), ("loudness", "0.1"),
            ])
    }

    @Test func itLearnsMouthsAndGoesOnWithTheSameBits() throws {
        let path = try data(),
            whole = try TrainingRun(folder: folder.file("whole"), configuration: configuration(steps: 120)) {
                try SpeechTask.task($0, data: path, initial: nil, processes: SingleProcess())
            }
        #expect(whole.trainer.task.summary.hasPrefix("4 utterances to learn from, 1 held out, 1 of other voices"))
        var losses: [Double] = [], found: MouthValidation?
        try whole.run {
            switch $0 {
            case .step(let record): losses.append(record.total)
            case .validated(_, let validation): found = validation
            }
        }
        #expect(losses.count == 120 && losses.suffix(10).reduce(0, +) < 0.3 * losses.prefix(10).reduce(0, +))
        let validation = try #require(found)
        #expect(try #require(validation.sentences).determination[0] > 0.6 && validation.voices?.moments == 51, "\(validation.summary)")
        #expect(validation.summary.contains("new sentences: R² open 0."))

        // Stopped in the middle.
        let half = try TrainingRun(folder: folder.file("half"), configuration: configuration(steps: 120)) {
            try SpeechTask.task($0, data: path, initial: nil, processes: SingleProcess())
        }
        half.shouldStop = { half.trainer.step == 50 }
        try half.run()
        let rest = try TrainingRun(resuming: folder.file("half")) {
            try SpeechTask.task($0, data: path, initial: nil, processes: SingleProcess())
        }
        try rest.run()
        for (a, b) in zip(whole.trainer.task.parameters, rest.trainer.task.parameters) {
            #expect(a.value.values == b.value.values, "\(a.name)")
        }
    }

    @Test func wrongDataAreNamed() throws {
        func problem(_ path: String) -> String {
            do {
                _ = try SpeechDataset(path: path)
                return "read"
            } catch { return "\(error)" }
        }
        #expect(problem(Fixture.path("speech/cases.safetensors")).contains("no speech with known mouths"))
        #expect(problem(try data(2, version: "9")).contains("version '9', expected 1"))
        #expect(problem(try data(2, change: { $0[1]["samples"] = 9000 })).contains("utterance 2 has 9000 samples"))
        #expect(problem(try data(2, change: { $0[0]["steps"] = -1 })).contains("utterance 1"))
        #expect(problem(try data(2, change: { $0.removeLast() })).contains("do not make up its sound"))
        #expect(problem(try data(2, change: { $0[0]["steps"] = "x" })).contains("list of utterances cannot be read"))
        let path = try data(1)
        #expect { try SpeechTask(SpeechTrainingConfiguration(), dataset: SpeechDataset(path: path)) } throws: {
            "\($0)".contains("no utterance to learn from")
        }
    }
}
