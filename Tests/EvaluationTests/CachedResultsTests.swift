import Animation
import Evaluation
import Foundation
import Media
import Networks
import Tensors
import Testing
import TestSupport

/// Results that are kept: nothing is computed twice, and nothing that has changed is taken for the same.
@Suite struct CachedResultsTests {
    /// How often frames were read.
    private final class Count: @unchecked Sendable {
        private let lock = NSLock()
        private var value = 0
        func increase() { lock.withLock { value += 1 } }
        func take() -> Int {
            lock.withLock {
                defer { value = 0 }
                return value
            }
        }
    }

    private let network = EvaluationTests.network
    private let calls = Count()
    private let folder: TemporaryFolder
    private let count = Count()

    init() throws { folder = try TemporaryFolder() }

    private var checkpoint: String { Fixture.path("reference/lia-tiny.pt") }

    private func clip(_ name: String, frames: Int = 4, speed: Double = 1) -> EvaluationClip {
        let (size, count) = (network.outputSize, count)
        @Sendable func picture(_ index: Int) -> Picture {
            Samples.picture(width: size, height: size, shift: 0.02 * speed * Double(index))
        }
        return EvaluationClip(
            name: name, identity: name, count: frames,
            content: { add in for index in 0..<frames { picture(index).pixels.withUnsafeBytes { add($0) } } }
        ) {
            count.increase()
            return picture($0)
        }
    }

    private func job(_ task: EvaluationTask, models: [PortraitModel]? = nil) throws -> EvaluationJob {
        var job = EvaluationJob(
            models: models ?? [PortraitModel(name: "tiny", network: network, checkpoint: checkpoint)], task: task, data: "d",
            size: network.outputSize)
        job.cache = try EvaluationCache(folder: folder.file("kept"))
        return job
    }

    private func text(_ report: EvaluationReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }

    private var files: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.file("kept"))) ?? []
        return names.sorted().map { folder.file("kept/\($0)") }
    }

    @Test func aSecondRunReadsNothing() throws {
        for task in [
            .reconstruction([clip("a"), clip("b", speed: 2)]), .cross([clip("a"), clip("b", speed: -2)]),
            .puppets(count: 1, frames: 3, size: 64),
        ] as [EvaluationTask] {
            let models = [PortraitModel(name: "tiny", network: CountingNetwork(network, calls.increase), checkpoint: checkpoint)]
            var plain = try job(task, models: models)
            plain.cache = nil
            let expected = try text(plain.run())
            _ = (count.take(), calls.take())
            #expect(try text(job(task, models: models).run()) == expected)
            #expect(calls.take() > 0 && (task.name == "puppets" || count.take() > 0))
            #expect(try text(job(task, models: models).run()) == expected && count.take() == 0 && calls.take() == 0)
        }
        // Frames that were left out are another matter.
        var shorter = try job(.reconstruction([clip("a")]))
        shorter.frameLimit = 2
        #expect(try shorter.run().clips[0].frames == 1 && count.take() > 0)
    }

    @Test func anInterruptedRunGoesOn() throws {
        let video = folder.file("late.mp4")
        try Samples.video(video, frames: 3)
        let late = try EvaluationClip(path: video, name: "late", identity: "late", size: network.outputSize, fit: .crop)
        let clips = [clip("a"), clip("b", speed: 2), late]
        try FileManager.default.moveItem(atPath: video, toPath: video + ".away")
        for jobs in [1, 2] {
            var broken = try job(.reconstruction(clips))
            broken.jobs = jobs
            #expect(throws: (any Error).self) { try broken.run() }
        }
        #expect(count.take() > 0 && files.count == 4)
        try FileManager.default.moveItem(atPath: video + ".away", toPath: video)
        let report = try job(.reconstruction(clips)).run()
        #expect(report.clips.map(\.name) == ["a", "b", "late"] && count.take() == 0)
    }

    @Test func damagedFilesAreWrittenAnew() throws {
        let task = EvaluationTask.reconstruction([clip("a")])
        let expected = try text(job(task).run())
        _ = count.take()
        #expect(files.count == 2)
        for path in files {
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            var changed = whole
            changed[whole.count - 5] ^= 1
            for bytes in [changed, whole.prefix(whole.count / 2), Data(), Data("nothing of the kind".utf8)] {
                try bytes.write(to: URL(fileURLWithPath: path))
                #expect(try text(job(task).run()) == expected && count.take() > 0)
                #expect(try text(job(task).run()) == expected && count.take() == 0)
            }
        }
        #expect(try text(job(task).run()) == expected && count.take() == 0)
    }

    @Test func whatHasChangedIsComputed() throws {
        func run(_ clip: EvaluationClip, _ models: [PortraitModel]? = nil) throws -> EvaluationReport {
            try job(.reconstruction([clip]), models: models).run()
        }
        _ = try run(clip("a"))
        _ = count.take()
        // Another name of the same is the same; another content under the same name is not.
        let renamed = try run(clip("renamed"), [PortraitModel(name: "mine", network: network, checkpoint: checkpoint)])
        #expect(count.take() == 0 && renamed.rows[0].subject.model == "mine" && renamed.clips[0].name == "renamed")
        _ = try run(clip("a", speed: 3))
        #expect(count.take() > 0)
        // Another model: only what is its own.
        let file = folder.file("other.pt")
        try (Data(contentsOf: URL(fileURLWithPath: checkpoint)) + Data([0])).write(to: URL(fileURLWithPath: file))
        let other = PortraitModel(name: "other", network: LIA(network.configuration, seed: 3), checkpoint: file)
        let both = try run(clip("a"), [PortraitModel(name: "tiny", network: network, checkpoint: checkpoint), other])
        #expect(count.take() > 0 && both.rows[0].measures != both.rows[1].measures && files.count == 5)
        // What nobody can tell from others is not kept.
        _ = try run(clip("a"), [PortraitModel(name: "nameless", network: network)])
        #expect(count.take() > 0 && files.count == 5)
    }

    /// Each option that changes results has results of its own.
    @Test func everyOptionIsComputedAnew() throws {
        func run(_ task: EvaluationTask, detail: Bool = false) throws -> (found: String, calls: Int) {
            let model = PortraitModel(
                name: "tiny", network: CountingNetwork(network, calls.increase), usesDetail: detail, checkpoint: checkpoint)
            let found = try text(job(task, models: [model]).run())
            return (found, calls.take())
        }
        func puppets(samePerson: Bool = false, otherPose: Bool = false) -> EvaluationTask {
            .puppets(count: 1, frames: 3, size: 64, isSamePerson: samePerson, hasOtherPose: otherPose)
        }
        var reports = Set<String>()
        for (task, detail) in [
            (puppets(), false), (puppets(), true), (puppets(otherPose: true), false), (puppets(samePerson: true), false),
            (.reconstruction([clip("a")]), false), (.reconstruction([clip("a")]), true),
        ] {
            let first = try run(task, detail: detail), again = try run(task, detail: detail)
            #expect(first.calls > 0 && again.calls == 0 && again.found == first.found)
            reports.insert(first.found)
        }
        #expect(reports.count == 6)
    }

    @Test func severalAtATimeSayTheSame() throws {
        let clips = (0..<5).map { clip("\($0)", speed: 1 + Double($0)) }
        for task in [.reconstruction(clips), .cross(clips), .puppets(count: 2, frames: 3, size: 64)] as [EvaluationTask] {
            var alone = try job(task), together = try job(task)
            (alone.cache, together.cache, together.jobs) = (nil, nil, 3)
            #expect(try text(alone.run()) == text(together.run()), "\(task.name)")
        }
    }
}
