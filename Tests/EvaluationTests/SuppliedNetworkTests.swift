import Animation
import Checkpoints
import Evaluation
import Foundation
import Media
import Networks
import Tensors
import Testing
import TestSupport

/// Measures by networks that are supplied, against the same by hand. Their weights are drawn.
@Suite struct SuppliedNetworkTests {
    private let network = EvaluationTests.network
    private let folder: TemporaryFolder
    private let networks: SuppliedNetworks

    init() throws {
        folder = try TemporaryFolder()
        let lpips = try ReferenceVectors.file("lpips.safetensors")
        try lpips.writeDrawn("alex/shapes/", seed: 32, to: folder.file("alexnet.safetensors"))
        try lpips.writeDrawn("alex/lin-shapes/", seed: 33, to: folder.file("alex.safetensors"))
        let inception = try ReferenceVectors.file("inception.safetensors")
        let identity = try ReferenceVectors.file("identity.safetensors")
        try inception.writeDrawn("frechet/shapes/", seed: 42, to: folder.file("inception.safetensors"))
        try identity.writeDrawn("arcface/shapes/", seed: 52, to: folder.file("faces.safetensors"))
        networks = try SuppliedNetworks(
            lpipsBackbone: folder.file("alexnet.safetensors"), lpipsLinear: folder.file("alex.safetensors"),
            inception: folder.file("inception.safetensors"), identity: folder.file("faces.safetensors"))
    }

    private func clip(_ name: String, speed: Double = 1) -> EvaluationClip {
        EvaluationClip(
            name: name, identity: name, count: 3, content: { add in Array(name.utf8).withUnsafeBytes { add($0) } }
        ) { Samples.picture(width: 64, height: 64, shift: 0.03 * speed * Double($0)) }
    }

    private func job(_ task: EvaluationTask) throws -> EvaluationJob {
        var job = EvaluationJob(
            models: [PortraitModel(name: "tiny", network: network, checkpoint: Fixture.path("reference/lia-tiny.pt"))],
            task: task, data: "d", size: 64)
        job.networks = networks
        return job
    }

    private func row(_ report: EvaluationReport, baseline: String? = nil) throws -> EvaluationReport.Row {
        try #require(report.rows.first { $0.subject.baseline == baseline })
    }

    @Test func reconstruction() throws {
        let clips = [clip("a"), clip("b", speed: 2)]
        var job = try job(.reconstruction(clips))
        job.cache = try EvaluationCache(folder: folder.file("kept"))
        let report = try job.run()
        // The copied source by hand.
        let lpips = try LPIPS(backbone: .open(folder.file("alexnet.safetensors")), linear: .open(folder.file("alex.safetensors")))
        let inception = try InceptionV3(.open(folder.file("inception.safetensors")))
        let faces = try IdentityNetworks.open(.open(folder.file("faces.safetensors")))
        var distance = 0.0, identity = 0.0
        var truth = FeatureStatistics(size: InceptionV3.featureCount), copies = truth
        for clip in clips {
            var frames: [Picture] = []
            try clip.forEachFrame(limit: 9) { frames.append($1) }
            func face(_ picture: Picture) -> [Float] { faces.features(Tensor(picture.resized(width: 112, height: 112))).values }
            for frame in frames.dropFirst() {
                distance += lpips.distance(lpips.features(Tensor(frames[0])), lpips.features(Tensor(frame))) / 4
                let squares = zip(face(frames[0]), face(frame)).map { Double(($0 - $1) * ($0 - $1)) }
                identity += squares.reduce(0, +).squareRoot() / 4
                truth.add(inception.features(Tensor(frame)).values)
                copies.add(inception.features(Tensor(frames[0])).values)
            }
        }
        let copy = try row(report, baseline: "copy").measures
        #expect(abs(try #require(copy["lpips"]).mean - distance) < 1e-9 && distance > 0)
        #expect(abs(try #require(copy["aed"]).mean - identity) < 1e-6 && identity > 0)
        let frechet = FrechetDistance(from: truth).distance(to: copies)
        let found = try #require(copy["fid"])
        #expect(abs(found.mean - frechet) < 1e-5 * frechet && frechet > 0 && found.low == nil, "\(found.mean) for \(frechet)")
        let own = try row(report).measures
        #expect(try #require(own["fid"]).mean > 0 && own["lpips"]?.low != nil && own["fid_torchvision"] == nil)
        #expect(report.comparisons.allSatisfy { $0.measures["lpips"] != nil && $0.measures["fid"] == nil })
        #expect(report.networks.map(\.measure) == ["LPIPS", "FID", "AED"])
        let landmarks = "AKD, and how lids, lips, brows and the mouth's breadth follow"
        #expect(report.absent.map(\.measure) == [landmarks])
        #expect(report.notes.contains { $0.contains("FID of 4 frames") })
        let text = EvaluationText(report).text
        #expect(text.contains("AED, faces.safetensors ↓") && text.contains("AlexNet (alexnet.safetensors, alex.safetensors)"))
        #expect(text.contains("for want of a network: \(landmarks)") && !text.contains("--inception"))
        // The features are kept with the rest.
        let again = try job.run()
        #expect(try row(again).measures == own && row(again, baseline: "copy").measures == copy)
        // Without networks the measures are absent, not others.
        job.networks = SuppliedNetworks()
        let without = try job.run()
        #expect(try row(without).measures["fid"] == nil && row(without).measures["l1"] == own["l1"])
        #expect(without.absent.map(\.measure) == ["LPIPS", "FID", "AED", landmarks])
        #expect(EvaluationText(without).text.contains("--inception"))
    }

    @Test func cross() throws {
        let report = try job(.cross([clip("a"), clip("b", speed: -2)])).run()
        let (own, copy) = (try row(report).measures, try row(report, baseline: "copy").measures)
        #expect(own["lpips"] == nil && own["aed"] == nil && copy["aed_to_source"]?.mean == 0)
        #expect(try #require(own["aed_to_source"]).mean > 0 && #require(own["fid"]).mean > #require(copy["fid"]).mean)
        #expect(report.absent.map(\.measure) == ["how lids, lips, brows and the mouth's breadth follow"])
    }
}
