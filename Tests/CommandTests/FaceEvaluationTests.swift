import Foundation
import Testing
import TestSupport

/// What `lia evaluate` says by landmarks, on drawn people.
@Suite(.enabled(if: FacesCommandTests.arePresent, FacesCommandTests.absence)) struct FaceEvaluationTests {
    private struct Report: Decodable {
        struct Subject: Decodable { let model, baseline: String? }
        struct Estimate: Decodable { let mean: Double }
        struct Row: Decodable {
            let subject: Subject
            let measures: [String: Estimate]
        }
        struct Network: Decodable { let measure, network: String }
        struct Absent: Decodable { let measure: String }
        let rows: [Row]
        let networks: [Network]
        let absent: [Absent]

        func row(_ baseline: String?) -> [String: Estimate]? { rows.first { $0.subject.baseline == baseline }?.measures }
    }

    @Test func landmarksAreMeasuredAndTheirNetworkNamed() throws {
        let folder = try TemporaryFolder(), clips = folder.file("clips")
        try FileManager.default.createDirectory(atPath: clips, withIntermediateDirectories: true)
        for person in ["4", "9"] {
            _ = try CommandRun.lia([
                "puppets", "--identity", person, "--motion", person, "--energy", "1.5", "--frame-count", "14", "--frames-per-second", "5",
                "--size", "128", "--output", clips + "/\(person).mp4",
            ])
        }
        func report(_ more: String...) throws -> Report {
            let run = try CommandRun.lia(
                ["evaluate", "--task", "reconstruction", "--data", clips, "--json", "--cache", folder.file("cache")] + more)
            #expect(run.exitCode == 0, "\(run)")
            return try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        }
        let found = try report()
        #expect(found.networks.map(\.network) == ["MediaPipe 0.10.14"] && !found.absent.contains { $0.measure.contains("AKD") })
        let model = try #require(found.row(nil)), copy = try #require(found.row("copy"))
        // The copied source does not move, so that its landmarks are off and nothing of it follows.
        #expect(try #require(copy["akd"]).mean > 0.005 && copy["lids_slope"] == nil && copy["lips_slope"] == nil)
        #expect(try #require(model["akd"]).mean > 0 && #require(model["akd"]).mean < 0.2 && model["lost_faces"]?.mean == 0)
        // What is copied is as sharp as the truth; a face that is moved is less so, and no blur.
        #expect(try #require(copy["face_contrast"]).mean > 0.9 && #require(copy["face_contrast"]).mean < 1.1)
        #expect(try #require(model["face_contrast"]).mean > 0.6 && #require(model["face_contrast"]).mean < 1.1)
        let without = try report("--no-landmarks")
        #expect(without.networks.isEmpty && without.row(nil)?["akd"] == nil)
        #expect(!without.absent.contains { $0.measure.contains("AKD") } && without.row(nil)?["l1"]?.mean == model["l1"]?.mean)
    }
}
