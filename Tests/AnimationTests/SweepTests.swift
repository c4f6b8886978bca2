import Animation
import Checkpoints
import Foundation
import Media
import Networks
import Tensors
import Testing
import TestSupport

/// Sweeps against the authors' numbers, and their statistics against closed forms.
@Suite struct SweepTests {
    @Test func aSweepIsTheAuthorsManipulation() throws {
        let lia = try LIA(Checkpoint.open(Fixture.path("reference/lia-tiny.pt")))
        let vectors = try ReferenceVectors.tinyNetwork()
        let model = PortraitModel(name: "tiny", network: lia)
        let sweep = Sweep(model, lia.encode(try vectors("source")))
        let names = vectors.names(under: "manipulate/d")
        #expect(names.count == 6)
        for name in names {
            // Theirs count directions from 0.
            let parts = name.split(separator: "/")
            let (direction, amount) = (Int(parts[0])! + 1, Float(parts[1])!)
            let found = sweep.picture(direction: direction, amount: amount)
            let difference = Difference(found, try vectors("manipulate/d\(name)"))
            #expect(difference.isWithin(1e-4) && difference.largest <= 1e-4, "\(name): \(difference)")
        }
        // A whole sweep has the same pictures, and stands still where α is 0.
        let origin = sweep.origin()
        let run = sweep.run(direction: 8, amounts: [-2, 0, 1.5], origin: origin)
        #expect(run.number == 8 && run.pictures[0] == Picture(sweep.picture(direction: 8, amount: -2)))
        #expect(run.pictures[1] == Picture(origin.picture) && run.pictures[2] != run.pictures[1])
        #expect(run.movement?.shape == [1, 2, 64, 64] && run.statistics.energy > 0)
    }

    @Test func theBaseMayBeThePoseOfNoMotion() throws {
        let lia = try LIA(Checkpoint.open(Fixture.path("reference/lia-tiny.pt")))
        let (model, picture) = (PortraitModel(name: "tiny", network: lia), try ReferenceVectors.tinyNetwork()("source"))
        let portrait = lia.encode(picture)
        let zero = try SweepBase.zero.motion(model, portrait, crop: CropSettings(), faces: .none)
        #expect(zero.values == [Float](repeating: 0, count: 20))
        let sweep = Sweep(model, portrait, base: zero)
        #expect(sweep.motion(direction: 20, amount: -1.5).values == [Float](repeating: 0, count: 19) + [-1.5])
        let canonical = lia.generate(lia.encode(source: picture), magnitudes: zero)
        #expect(Difference(sweep.origin().picture, canonical).largest == 0)
    }

    private func statistics(
        _ amounts: [Float], size: Int = 8, movement: (Float) -> (x: Float, y: Float) = { _ in (0, 0) },
        _ value: (_ amount: Float, _ x: Int, _ y: Int) -> Float
    ) -> SweepStatistics {
        func picture(_ amount: Float) -> Tensor {
            Tensor((0..<3 * size * size).map { value(amount, $0 % size, $0 / size % size) }, [1, 3, size, size])
        }
        let movements = amounts.map { amount in
            Tensor((0..<2 * size * size).map { $0 < size * size ? movement(amount).x : movement(amount).y }, [1, 2, size, size])
        }
        return SweepStatistics(amounts: amounts, pictures: amounts.map(picture), origin: picture(0), movements: movements)
    }

    /// Δ = α·c: as linear and as symmetric as can be; c/2 of 255 levels for a unit of α.
    @Test func aLinearChange() {
        let found = statistics([-3, -1.5, 0, 1.5, 3]) { amount, _, _ in 0.1 * amount }
        #expect(abs(found.energy - 12.75) < 1e-4)
        #expect(abs(found.linearity! - 1) < 1e-6 && abs(found.symmetry! - 1) < 1e-6)
        #expect(abs(found.center!.x - 0.5) < 1e-6 && abs(found.center!.y - 0.5) < 1e-6 && abs(found.share! - 0.5) < 1e-6)
        let box = found.box!
        for (found, expected) in [(box.left, 0.05), (box.right, 0.95), (box.top, 0.05), (box.bottom, 0.95)] {
            #expect(abs(found - expected) < 1e-6)
        }
    }

    /// Δ = α²: nothing of it is linear, and both ends do the same.
    @Test func anEvenChange() {
        let found = statistics([-2, -1, 1, 2]) { amount, _, _ in 0.1 * amount * amount }
        #expect(abs(found.linearity!) < 1e-6 && abs(found.symmetry! + 1) < 1e-6)
        // The mean of 127.5·0.1·|α| over 1, 1, 2, 2.
        #expect(abs(found.energy - 12.75 * 1.5) < 1e-3)
    }

    /// Δ = |α| + α·2 at α = ±1: 3 and −1. The best s is 2: 1 − (1 + 1)/(9 + 1); symmetry 3·1/(3·1).
    @Test func aMixedChange() {
        let found = statistics([-1, 1]) { amount, _, _ in 0.1 * (abs(amount) + 2 * amount) }
        #expect(abs(found.linearity! - 0.8) < 1e-5 && abs(found.symmetry! - 1) < 1e-5)
    }

    @Test func aLocalChange() {
        // One pixel of 64, in column 6 of row 2.
        let found = statistics([-1, 1], movement: { (0.3 * $0, -0.4 * $0) }) { amount, x, y in x == 6 && y == 2 ? 0.5 * amount : 0.25 }
        #expect(abs(found.center!.x - 6.5 / 8) < 1e-6 && abs(found.center!.y - 2.5 / 8) < 1e-6)
        #expect(abs(found.share! - 1.0 / 64) < 1e-9)
        #expect(abs(found.box!.left - 6.05 / 8) < 1e-6 && abs(found.box!.bottom - 2.95 / 8) < 1e-6)
        // 0.5 of half the picture, as linear as the change.
        #expect(abs(found.reach! - 0.25) < 1e-6)
        #expect(abs(found.motionLinearity! - 1) < 1e-6 && abs(found.motionSymmetry! - 1) < 1e-6)
        let even = statistics([-1, 1], movement: { (abs($0), 0) }) { _, _, _ in 0 }
        #expect(even.linearity == nil && abs(even.motionLinearity!) < 1e-6 && abs(even.motionSymmetry! + 1) < 1e-6)
        let heat = found.heat.values
        #expect(heat.filter { $0 > 0 }.count == 1 && abs(heat[2 * 8 + 6] - 0.5 * 127.5) < 1e-3)
    }

    @Test func whatIsNotSeenDoesNotCount() {
        // Beyond white there is nothing.
        let clipped = statistics([1, 2]) { amount, _, _ in amount == 0 ? 0.9 : 0.9 + amount }
        #expect(abs(clipped.energy - 12.75 * (1 + 0.5) / 2) < 1e-3)
        // No opposite pair, no symmetry.
        #expect(clipped.symmetry == nil)
        let still = statistics([-1, 1]) { _, _, _ in 0.3 }
        #expect(
            still.energy == 0 && still.linearity == nil && still.symmetry == nil && still.motionLinearity == nil && still.center == nil
                && still.share == nil)
    }

    @Test func theGramMatrixSaysHowOrthonormalDirectionsAre() throws {
        // Columns (1, 0, 0) and (1, 1, 0): products 1, 1, 2.
        let skew = GramMatrix(Tensor([1, 1, 0, 1, 0, 0], [3, 2]))
        #expect(skew.values.values == [1, 1, 1, 2] && skew.deviation == 1)
        let lia = try LIA(Checkpoint.open(Fixture.path("reference/lia-tiny.pt")))
        let gram = GramMatrix(lia.motionDictionary.directions)
        #expect(gram.values.shape == [20, 20] && gram.deviation < 1e-6)
        #expect(GramMatrix(try ReferenceVectors.tinyNetwork()("directions")).deviation < 1e-5)
    }

    @Test func rangesAreReadAsWritten() {
        #expect(AmountRange("-3..3") == AmountRange(low: -3, high: 3))
        #expect(AmountRange("0.5..1e1") == AmountRange(low: 0.5, high: 10))
        #expect(AmountRange(low: -3, high: 3).description == "-3..3")
        for bad in ["", "3", "..", "3..", "..3", "3..-3", "1..1", "-3...3", "a..b", "nan..1", "-inf..1", "-1001..1", "1..2..3"] {
            #expect(AmountRange(bad) == nil, "\(bad)")
        }
        let steps = AmountRange(low: -3, high: 3).steps(17)
        #expect(steps.count == 17 && steps[0] == -3 && steps[8] == 0 && steps[16] == 3 && steps[9] == 0.375)
    }
}
