import Animation
import ArgumentParser
import Files
import Foundation
import Networks
import Tensors

/// Runs many jobs of `lia animate`, some at the same time. Results that are there are skipped, so that a batch that was interrupted goes on
/// where it stopped; a job that fails hinders no other.
final class AnimationBatch: @unchecked Sendable {
    /// Seconds between two writings of the manifest.
    private static let manifestInterval = 5.0

    private let rows: [BatchRow]
    /// Arguments of the command line, which hold for all.
    private let common: [String]
    private let manifestPath: String
    private let overwrite: Bool
    private let line: ProgressLine
    private let resources = BatchResources()
    private let lock = NSLock()
    private var manifest: BatchManifest
    private var next = 0, finished = 0
    private var lastWritten = Date.distantPast
    private var writingFailure: Error?

    init(
        _ rows: [BatchRow], leftOut: [LeftOutFile]?, common: [String], manifest path: String, overwrite: Bool, line: ProgressLine
    ) throws {
        (self.rows, self.common, manifestPath, self.overwrite, self.line) = (rows, common, path, overwrite, line)
        manifest = BatchManifest(rows, leftOut: leftOut)
        // What was said of a result that stays is still true of it.
        guard let before = try BatchManifest.before(path), !overwrite else { return }
        let remarks = Dictionary(before.jobs.map { ($0.output, $0) }) { $1 }
        for index in manifest.jobs.indices where isThere(rows[index]) {
            let job = remarks[rows[index].output]
            (manifest.jobs[index].notes, manifest.jobs[index].warnings) = (job?.notes, job?.warnings)
        }
    }

    /// Fails the jobs whose arguments cannot be understood before any job begins.
    ///
    /// - Parameter told: is told of each, with what is wrong.
    func refuse(_ told: (BatchRow, String) -> Void) {
        for (index, row) in rows.enumerated() where !isThere(row) {
            do {
                _ = try Animate.parse(arguments(row))
            } catch {
                let problem = FileError.printable(Self.text(error))
                (manifest.jobs[index].state, manifest.jobs[index].error) = (.failed, problem)
                finished += 1
                told(row, problem)
            }
        }
    }

    /// - Parameter width: jobs at the same time.
    /// - Returns: what became of them.
    /// - Throws: `FileError` (output) when the manifest cannot be written.
    func run(width: Int) throws -> BatchManifest {
        try manifest.write(to: manifestPath)
        let width = max(1, min(width, rows.count)), done = DispatchGroup()
        // The processor's threads are shared out.
        if width > 1 { Parallel.threads = max(1, Parallel.threads / width) }
        for _ in 1..<width {
            done.enter()
            let thread = Thread {
                self.work()
                done.leave()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        work()
        done.wait()
        if let writingFailure { throw writingFailure }
        try manifest.write(to: manifestPath)
        return manifest
    }

    private func work() {
        while let index = lock.withLock({ take() }) {
            var job = lock.withLock { manifest.jobs[index] }
            let start = Date()
            do {
                if let report = try run(rows[index]) {
                    (job.state, job.frames) = (.done, report.frames)
                    job.notes = report.notes.isEmpty ? nil : report.notes
                    job.warnings = report.warnings.isEmpty ? nil : report.warnings
                    job.seconds = (Date().timeIntervalSince(start) * 1000).rounded() / 1000
                } else {
                    job.state = .skipped
                }
            } catch let error as FileError where isThereMeanwhile(rows[index], error) {
                job.state = .skipped
            } catch {
                (job.state, job.error) = (.failed, FileError.printable(Self.text(error)))
            }
            lock.withLock { finish(index, job) }
        }
    }

    private func take() -> Int? {
        // Those that were refused have failed already.
        while next < rows.count, manifest.jobs[next].state == .failed { next += 1 }
        guard next < rows.count, writingFailure == nil else { return nil }
        defer { next += 1 }
        return next
    }

    private func finish(_ index: Int, _ job: BatchManifest.Job) {
        manifest.jobs[index] = job
        finished += 1
        line.show("batch", done: finished, total: rows.count)
        guard Date().timeIntervalSince(lastWritten) > Self.manifestInterval else { return }
        lastWritten = Date()
        do { try manifest.write(to: manifestPath) } catch { writingFailure = error }
    }

    /// Whether a job could not write its result because another run has made it since the job began.
    private func isThereMeanwhile(_ row: BatchRow, _ error: FileError) -> Bool {
        var (place, output) = (error.path, row.output)
        while place.count > 1, place.hasSuffix("/") { place.removeLast() }
        while output.count > 1, output.hasSuffix("/") { output.removeLast() }
        return !overwrite && error.side == .output && place == output
            && FileManager.default.fileExists(atPath: row.output)
    }

    /// Whether the result is there already and stays.
    private func isThere(_ row: BatchRow) -> Bool { !overwrite && FileManager.default.fileExists(atPath: row.output) }

    private func arguments(_ row: BatchRow) -> [String] {
        let driving = row.driving.map { ["--driving=\($0)"] } ?? []
        return common + ["--source=\(row.source)", "--output=\(row.output)"] + row.arguments + driving
    }

    /// - Returns: what was written; nil where the result is there already.
    private func run(_ row: BatchRow) throws -> AnimationReport? {
        guard !isThere(row) else { return nil }
        let command = try Animate.parse(arguments(row))
        let model = try command.prepared(resources.model(command.model.model))
        let name = FileError.printable((row.output as NSString).lastPathComponent)
        let job = try command.job(on: model, faces: resources.faces)
        return try job.run(
            on: model,
            progress: { progress in
                self.lock.withLock {
                    self.line.show(
                        "batch", done: self.finished, total: self.rows.count,
                        remark: "\(name): \(progress.stage.rawValue) \(progress.done)")
                }
            })
    }

    private static func text(_ error: Error) -> String {
        switch error {
        case let error as FileError: return error.description
        case let error as CustomStringConvertible where !(error is ValidationError): return error.description
        default: return WrongUsage.sentence(["animate"], brief: Animate.message(for: error), full: Animate.fullMessage(for: error))
        }
    }
}
