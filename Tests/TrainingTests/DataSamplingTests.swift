import Foundation
import Media
import Tensors
import Testing
import TestSupport
import Training

/// Groups of frames: their clips, their augmentation, and that a seed gives them again.
@Suite struct DataSamplingTests {
    static let size = 32
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func dataset(_ clips: [(String, Int)]) throws -> Dataset {
        let path = folder.file("\(clips.count).safetensors")
        try DataSample.write(path, size: Self.size, clips: clips)
        return try Dataset(path: path)
    }

    /// A clip of many frames that are all alike, without repetition in a frame.
    private func stillDataset() throws -> Dataset {
        let path = folder.file("still.safetensors")
        try DataSample.write(path, size: Self.size, clips: [("a", 20)]) { _, _ in
            Samples.picture(width: Self.size, height: Self.size, shift: 0.1)
        }
        return try Dataset(path: path)
    }

    private func values(_ picture: Picture, mirrored: Bool = false) -> [Float] {
        let size = Self.size
        var result = [Float](repeating: 0, count: 3 * size * size)
        for row in 0..<size {
            for column in 0..<size {
                for channel in 0..<3 {
                    let from = mirrored ? size - 1 - column : column
                    result[(channel * size + row) * size + column] =
                        Float(picture.pixels[3 * (row * size + from) + channel]) / 255 * 2 - 1
                }
            }
        }
        return result
    }

    private func member(_ index: Int, of group: FrameGroup) -> [Float] { group.pictures.items(index..<index + 1).values }

    @Test func framesOfAMomentLieCloseTogether() throws {
        let data = try dataset([("long", 200), ("short", 6)])
        var sampler = GroupSampler(dataset: data, clips: [0, 1], groupSize: 4, augmentation: .none, seed: 2)
        var firsts = Set<Int>()
        for _ in 0..<200 {
            let group = sampler.group(sampler.choose(pseudoMotion: 0, moments: 1))
            #expect(Set(group.frames).count == 4 && group.frames.max()! - group.frames.min()! < 10)
            #expect(group.frames.allSatisfy(data.clips[try #require(group.clip)].frames.contains))
            if group.clip == 0 { firsts.insert(group.frames.min()!) }
        }
        #expect(firsts.count > 40)
        let apart = (0..<50).filter { _ in
            let frames = sampler.group(sampler.choose(pseudoMotion: 0)).frames
            return frames.max()! - frames.min()! >= 10
        }
        #expect(!apart.isEmpty)
    }

    @Test func framesAreThoseOfOneClip() throws {
        let data = try dataset([("a", 10), ("b", 1), ("c", 3)])
        var sampler = GroupSampler(dataset: data, clips: [0, 1, 2], groupSize: 4, augmentation: .none, seed: 1)
        var clips = [0, 0, 0], frames = Set<Int>()
        for _ in 0..<300 {
            let group = sampler.next(pseudoMotion: 0)
            #expect(group.pictures.shape == [4, 3, Self.size, Self.size] && group.knownMotion == nil)
            let clip = try #require(group.clip)
            #expect(group.identity == data.clips[clip].identity)
            #expect(group.frames.allSatisfy(data.clips[clip].frames.contains))
            // The frames differ as far as there are so many.
            #expect(Set(group.frames).count == min(4, data.clips[clip].count))
            for (index, frame) in group.frames.enumerated() {
                #expect(member(index, of: group) == values(data.picture(frame)))
            }
            clips[clip] += 1
            frames.formUnion(group.frames)
        }
        // A photo has no motion of its own; the others come as often, however long they are.
        #expect(clips[1] == 0 && (110...190).contains(clips[0]), "\(clips)")
        #expect(frames.count == 13)
    }

    @Test func pseudoMotionComesAsOftenAsAsked() throws {
        let data = try dataset([("a", 10), ("b", 1), ("c", 3)])
        var sampler = GroupSampler(dataset: data, clips: [0, 1, 2], groupSize: 2, seed: 2)
        var pseudo = 0, photos = 0
        for _ in 0..<1000 {
            let group = sampler.next(pseudoMotion: 0.3)
            if group.knownMotion != nil {
                pseudo += 1
                #expect(Set(group.frames).count == 1)
                if group.clip == 1 { photos += 1 }
            }
        }
        #expect((250...350).contains(pseudo) && photos > 60, "\(pseudo) of 1000, \(photos) of the photo")
        // Photos alone can give nothing else.
        var photosOnly = GroupSampler(dataset: data, clips: [1], groupSize: 2, seed: 3)
        #expect(photosOnly.next(pseudoMotion: 0).knownMotion != nil)
    }

    @Test func aDrawHoldsForTheWholeGroup() throws {
        var strong = Augmentation.mild
        (strong.brightness, strong.contrast, strong.saturation, strong.rotation) = (0.3, 0.3, 0.5, 20)
        var sampler = GroupSampler(
            dataset: try stillDataset(), clips: [0], groupSize: 4, augmentation: strong, seed: 4)
        var before: [Float] = []
        for _ in 0..<20 {
            let group = sampler.next(pseudoMotion: 0)
            #expect(Set(group.frames).count == 4)
            let first = member(0, of: group)
            for index in 1..<4 { #expect(member(index, of: group) == first) }
            #expect(first != before && first.allSatisfy { abs($0) <= 1 })
            before = first
        }
    }

    @Test func flippingMirrorsHalfOfTheGroupsExactly() throws {
        let data = try stillDataset()
        var augmentation = Augmentation.none
        augmentation.flip = true
        var sampler = GroupSampler(dataset: data, clips: [0], groupSize: 2, augmentation: augmentation, seed: 5)
        let plain = values(data.picture(0)), mirrored = values(data.picture(0), mirrored: true)
        #expect(plain != mirrored)
        var flipped = 0
        for _ in 0..<200 {
            let shown = member(1, of: sampler.next(pseudoMotion: 0))
            #expect(shown == plain || shown == mirrored)
            if shown == mirrored { flipped += 1 }
        }
        #expect((70...130).contains(flipped), "\(flipped) of 200")
    }

    /// Each kind of color change leaves something as it is, and changes the rest by one factor.
    @Test func colorsChangeAsStated() throws {
        let data = try stillDataset()
        let plain = values(data.picture(0)), plane = Self.size * Self.size
        func shown(_ change: (inout Augmentation) -> Void, seed: UInt64) -> [Float] {
            var augmentation = Augmentation.none
            change(&augmentation)
            var sampler = GroupSampler(dataset: data, clips: [0], groupSize: 2, augmentation: augmentation, seed: seed)
            return member(0, of: sampler.next(pseudoMotion: 0))
        }
        /// The factor between two pictures, from where it is best seen; then the largest deviation from it.
        func factor(_ values: [Float], _ base: [Float]) -> (Float, Float) {
            let place = base.indices.max { abs(base[$0]) < abs(base[$1]) }!
            let factor = values[place] / base[place]
            return (factor, zip(values, base).reduce(0) { max($0, abs($1.0 - factor * $1.1)) })
        }
        var factors: [Float] = []
        for seed in UInt64(10)..<30 {
            let contrast = factor(shown({ $0.contrast = 0.1 }, seed: seed), plain)
            let brightness = factor(shown({ $0.brightness = 0.1 }, seed: seed).map { $0 + 1 }, plain.map { $0 + 1 })
            let grey = (0..<plane).map { p in
                0.299 * plain[p] + 0.587 * plain[plane + p] + 0.114 * plain[2 * plane + p]
            }
            let saturated = shown({ $0.saturation = 0.1 }, seed: seed)
            let saturation = factor(
                saturated.indices.map { saturated[$0] - grey[$0 % plane] }, plain.indices.map { plain[$0] - grey[$0 % plane] })
            for (factor, deviation) in [contrast, brightness, saturation] {
                #expect((0.9...1.1).contains(factor) && deviation < 1e-5, "factor \(factor), deviation \(deviation)")
                factors.append(factor)
            }
        }
        #expect(factors.min()! < 0.92 && factors.max()! > 1.08)
    }

    /// A turn, scale and shift of every group, against the formula of the picture.
    @Test func affineAugmentationStaysInRange() throws {
        let size = 128
        let path = folder.file("smooth.safetensors")
        try DataSample.write(path, size: size, clips: [("a", 2)]) { _, _ in
            // The position itself, so that the map can be read off: red is x, green is y.
            Picture(width: size, height: size) { pixels in
                for p in 0..<size * size {
                    pixels[3 * p] = UInt8(p % size * 255 / (size - 1))
                    pixels[3 * p + 1] = UInt8(p / size * 255 / (size - 1))
                    pixels[3 * p + 2] = 0
                }
            }
        }
        var augmentation = Augmentation.none
        (augmentation.rotation, augmentation.scale, augmentation.shift) = (10, 0.2, 0.05)
        var sampler = GroupSampler(
            dataset: try Dataset(path: path), clips: [0], groupSize: 2, augmentation: augmentation, seed: 6)
        var turns: [Double] = [], scales: [Double] = [], shifts: [Double] = []
        for _ in 0..<200 {
            let shown = member(0, of: sampler.next(pseudoMotion: 0))
            func position(_ column: Int, _ row: Int) -> (Double, Double) {
                (Double(shown[row * size + column]), Double(shown[size * size + row * size + column]))
            }
            let (left, right) = (position(48, 64), position(79, 64))
            let (dx, dy) = (right.0 - left.0, right.1 - left.1)
            turns.append(atan2(dy, dx) * 180 / .pi)
            scales.append((dx * dx + dy * dy).squareRoot() / (31.0 * 2 / 127))
            shifts.append(position(64, 64).0 - 1.0 / 128)
        }
        #expect(turns.min()! > -11.5 && turns.min()! < -8 && turns.max()! < 11.5 && turns.max()! > 8)
        #expect(scales.min()! > 0.81 && scales.min()! < 0.88 && scales.max()! < 1.23 && scales.max()! > 1.15)
        #expect(shifts.min()! > -0.12 && shifts.min()! < -0.08 && shifts.max()! < 0.12 && shifts.max()! > 0.08)
    }

    @Test func aSamplerGoesOnWhereItsStateWasTaken() throws {
        let data = try dataset([("a", 10), ("b", 1), ("c", 30)])
        func groups(_ sampler: inout GroupSampler) -> [([Float], [Int], PseudoMotion?)] {
            (0..<6).map { _ in
                let group = sampler.next(pseudoMotion: 0.5)
                return (group.pictures.values, group.frames, group.knownMotion as? PseudoMotion)
            }
        }
        var first = GroupSampler(dataset: data, clips: [0, 1, 2], groupSize: 3, seed: 7)
        _ = groups(&first)
        let state = first.state
        let expected = groups(&first)
        var second = GroupSampler(dataset: try Dataset(path: data.path), clips: [0, 1, 2], groupSize: 3, seed: 99)
        second.state = state
        let found = groups(&second)
        for (left, right) in zip(expected, found) { #expect(left.0 == right.0 && left.1 == right.1 && left.2 == right.2) }
        #expect(second.state == first.state && state != first.state)
        var other = GroupSampler(dataset: data, clips: [0, 1, 2], groupSize: 3, seed: 8)
        #expect(groups(&other).map(\.1) != expected.map(\.1))
    }

    @Test func settingsAreCheckedAndKept() throws {
        #expect(Augmentation.none.problem == nil && Augmentation.mild.problem == nil)
        let text = try JSONEncoder().encode(Augmentation.mild)
        #expect(try JSONDecoder().decode(Augmentation.self, from: text) == .mild)
        for (path, value) in [
            (\Augmentation.brightness, Float(1)), (\.contrast, -0.1), (\.saturation, .nan), (\.rotation, 181),
            (\.scale, 1.5), (\.shift, -1),
        ] {
            var wrong = Augmentation.none
            wrong[keyPath: path] = value
            #expect(wrong.problem?.contains("allowed") == true)
        }
    }
}
