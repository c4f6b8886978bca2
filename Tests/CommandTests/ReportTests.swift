import Foundation
import Media
import TestSupport
import Testing

/// Every report in JSON says its schema, has keys in snake case, and none that docs/json.md does not name.
@Suite struct ReportTests {
    private let folder: TemporaryFolder
    private let model = Fixture.path("reference/lia-tiny.pt")
    private let documented: String

    init() throws {
        folder = try TemporaryFolder()
        let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../docs/json.md").standardized
        documented = try String(contentsOf: docs, encoding: .utf8)
        try Samples.picture(width: 64, height: 64).write(to: folder.file("source.png"))
        try Samples.video(folder.file("driving.mp4"), frames: 3)
        try FileManager.default.createDirectory(atPath: folder.file("clips"), withIntermediateDirectories: true)
        for name in ["a", "b"] { try Samples.video(folder.file("clips/\(name).mp4"), frames: 3) }
    }

    /// Objects whose keys are names: of measures, key points, or a model's own description.
    private static let named: Set = ["measures", "keypoints", "description", "network"]

    private func keys(_ value: Any, under parent: String = "") -> Set<String> {
        if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(keys($1, under: parent)) } }
        guard let object = value as? [String: Any] else { return [] }
        let own: Set<String> = Self.named.contains(parent) ? [] : Set(object.keys)
        return object.reduce(into: own) { $0.formUnion(keys($1.value, under: $1.key)) }
    }

    private func expectDocumented(_ text: String, _ command: String) throws {
        let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(command): \(text)")
        #expect(report["schema"] as? Int == 1, "\(command)")
        let keys = keys(report)
        #expect(keys.count > 2, "\(command)")
        for key in keys.subtracting(["schema"]) {
            #expect(documented.contains("`\(key)`"), "\(command): \(key)")
            #expect(key == key.lowercased(), "\(command): \(key)")
        }
    }

    private func run(_ arguments: [String]) throws {
        let run = try CommandRun.lia(arguments + ["--json"])
        #expect(run.exitCode == 0, "\(run.errors)")
        try expectDocumented(run.output, arguments[0])
    }

    @Test func picturesAndVideos() throws {
        let (source, driving) = (["--source", folder.file("source.png")], ["--driving", folder.file("driving.mp4")])
        let model = ["--model", model]
        try run(["animate"] + model + source + driving + ["--output", folder.file("out.mp4"), "--profile", "--smooth", "0.5"])
        try run(["edit"] + model + source + ["--set", "1=1", "--output", folder.file("edited.png")])
        try run(["encode", folder.file("driving.mp4")] + model + ["--output", folder.file("motion.json")])
        try run(["animate"] + model + source + ["--driving", folder.file("clips") + "/", "--output", folder.file("batch/")])
        try expectDocumented(try text("batch/manifest.json"), "manifest.json")
        try run(["explore"] + model + source + ["--output", folder.file("atlas/"), "--directions", "1", "--steps", "3"])
        try expectDocumented(try text("atlas/table.json"), "atlas/table.json")
        try run(["compare"] + model + source + driving + ["--output", folder.file("report/")])
        try expectDocumented(try text("report/table.json"), "report/table.json")
    }

    @Test func modelsAndData() throws {
        try run(["convert", model, folder.file("model")])
        try run(["convert", model, folder.file("model.pt"), "--format", "pytorch"])
        try run(["inspect", model, "--tensors"])
        try run(["models"])
        try run(["explore", "label", "2", "nod", "--range", "-1..1", "--model", folder.file("model")])
        try run(["puppets", "--identities", "1", "--clips", "1", "--frame-count", "2", "--size", "48", "--output", folder.file("set/")])
        try run(["prepare", folder.file("clips"), "--size", "32", "--output", folder.file("data.safetensors")])
        try run(["evaluate", "--model", model, "--task", "cross", "--data", folder.file("clips"), "--no-cache"])
        try run(["evaluate", "--model", model, "--task", "puppets", "--pairs", "1", "--frame-count", "3", "--no-cache"])
        try run(["train", "--list-settings"])
    }

    private func text(_ name: String) throws -> String { try String(contentsOfFile: folder.file(name), encoding: .utf8) }
}
