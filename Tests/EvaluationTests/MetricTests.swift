import Evaluation
import Media
import Testing
import TestSupport

/// Metrics against scikit-image and pytorch-msssim: vectors of Tools/fixtures/make_metric_fixture.py.
@Suite struct MetricTests {
    private func picture(_ name: String) throws -> Picture {
        let tensor = try ReferenceVectors.file("metrics.safetensors")(name)
        return Picture(width: tensor.shape[1], height: tensor.shape[0], pixels: tensor.values.map { UInt8($0) })
    }

    @Test(arguments: ["noisy", "shifted", "smallest", "opposite", "large", "five"])
    func agreesWithOthers(_ name: String) throws {
        let (a, b) = (try picture("\(name)/a"), try picture("\(name)/b"))
        let expected = try ReferenceVectors.file("metrics.safetensors")("\(name)/values").values.map(Double.init)
        var found = [
            AbsoluteDifference.between(a, b), PeakSignalToNoise.between(a, b), StructuralSimilarity.between(a, b),
        ]
        let similarity = MultiScaleSimilarity.between(a, b)
        if let similarity { found.append(similarity) }
        #expect((similarity != nil) == ["large", "five"].contains(name))
        #expect(found.count == expected.count)
        for (index, pair) in zip(found, expected).enumerated() {
            // PSNR is in dB, tens of them, stored as float32.
            #expect(abs(pair.0 - pair.1) < (index == 1 ? 1e-4 : 1e-5), "\(name), \(index): \(pair.0) for \(pair.1)")
        }
        // A measure of distance or likeness does not ask which is the truth.
        #expect(abs(StructuralSimilarity.between(b, a) - found[2]) < 1e-12 && AbsoluteDifference.between(b, a) == found[0])
    }

    @Test func aPictureIsLikeItself() throws {
        let a = try picture("five/a")
        #expect(AbsoluteDifference.between(a, a) == 0 && PeakSignalToNoise.between(a, a) == PeakSignalToNoise.highest)
        #expect(abs(StructuralSimilarity.between(a, a) - 1) < 1e-12)
        #expect(abs(try #require(MultiScaleSimilarity.between(a, a)) - 1) < 1e-12)
    }

    @Test func closedForms() {
        let black = Picture(width: 20, height: 20, red: 0, green: 0, blue: 0)
        let white = Picture(width: 20, height: 20, red: 255, green: 255, blue: 255)
        let red = Picture(width: 20, height: 20, red: 255, green: 0, blue: 0)
        #expect(AbsoluteDifference.between(black, white) == 1 && PeakSignalToNoise.between(black, white) == 0)
        #expect(abs(AbsoluteDifference.between(black, red) - 1.0 / 3) < 1e-12)
        #expect(abs(PeakSignalToNoise.between(black, red) - 4.771212547) < 1e-6)
        // Two flat planes differ in luminance alone: C₁ / (1 + C₁).
        #expect(abs(StructuralSimilarity.between(black, white) - 1e-4 / (1 + 1e-4)) < 1e-12)
        #expect(MultiScaleSimilarity.smallestSide == 161 && MultiScaleSimilarity.between(black, white) == nil)
    }
}
