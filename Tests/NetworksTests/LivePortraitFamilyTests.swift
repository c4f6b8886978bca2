import Media
import Networks
import Operators
import TestSupport
import Tensors
import Testing

/// LivePortrait as a family, from pictures to pictures, against the authors' pipeline on the small network.
@Suite struct LivePortraitFamilyTests {
    private let vectors: ReferenceVectors
    private let network: LivePortrait

    init() throws {
        vectors = try ReferenceVectors.file("liveportrait/cases.safetensors")
        network = try .small()
    }

    /// A picture of the vectors as the program holds it.
    private func picture(_ name: String, _ index: Int = 0) throws -> Picture {
        let bytes = try vectors(name), side = bytes.shape[bytes.shape.count - 2], count = side * side * 3
        return Picture(width: side, height: side, pixels: bytes.values[index * count..<(index + 1) * count].map { UInt8($0) })
    }

    @Test func picturesAreTheAuthors() throws {
        let portrait = try network.encode(Tensor(try picture("source")))
        let driving = try (0..<3).map { try network.motion(of: Tensor(try picture("driving", $0))) }
        var compared = 0
        for mode in ["relative", "absolute", "relative-no-stitching", "absolute-no-stitching"] {
            var transfer = Transfer(mode.hasPrefix("relative") ? .relative : .absolute)
            transfer.stitches = !mode.hasSuffix("no-stitching")
            let expected = try vectors("animate/\(mode)/x_d").values
            for frame in 0..<3 {
                let target = network.transfer(transfer, driving: driving[frame], reference: driving[0], to: portrait)
                let own = HeadMotion(row: portrait.motion.values).ownPoints
                let points = HeadMotion(row: target.values).points(own: own, network.pointNetworks)
                let difference = Difference(Tensor(points, [63]), Tensor(Array(expected[63 * frame..<63 * frame + 63]), [63]))
                #expect(difference.largest <= 1e-5, "\(mode), frame \(frame): \(difference)")
                guard vectors.names(under: "animate/\(mode)/").contains("picture\(frame)") else { continue }
                let found = Picture(portrait.picture(target)), wanted = try picture("animate/\(mode)/picture\(frame)")
                let differing = zip(found.pixels, wanted.pixels).filter { $0 != $1 }
                #expect(found.width == 128 && differing.count <= found.pixels.count / 500, "\(mode), frame \(frame): \(differing.count)")
                #expect(differing.allSatisfy { abs(Int($0) - Int($1)) <= 1 })
                compared += 1
            }
        }
        #expect(compared == 7)
    }

    @Test func batchesAreTheSameAsOneByOne() throws {
        let portrait = try network.encode(Tensor(try picture("source")))
        let frames = try (0..<2).map { try Tensor(picture("driving", $0)) }
        let batch = try network.motion(of: Tensor(frames.flatMap(\.values), [2, 3, 64, 64]))
        for index in 0..<2 { #expect(Difference(batch.items(index..<index + 1), try network.motion(of: frames[index])).isWithin(1e-5)) }
        let pictures = portrait.picture(batch)
        #expect(pictures.shape == [2, 3, 128, 128])
        #expect(Difference(pictures.items(1..<2), portrait.picture(batch.items(1..<2))).largest <= 1 / 127)
    }

    /// Edits are added whatever the strength is, and motion of zero amounts is unchanged.
    @Test func editsAreNotScaled() throws {
        let portrait = try network.encode(Tensor(try picture("source"))), count = network.controls.count
        let driving = try network.motion(of: Tensor(try picture("driving", 2)))
        let reference = try network.motion(of: Tensor(try picture("driving", 0)))
        #expect(portrait.edited(portrait.motion, by: [Float](repeating: 0, count: count)).values == portrait.motion.values)
        let own = HeadMotion(row: portrait.motion.values).ownPoints
        var amounts = [Float](repeating: 0, count: count)
        amounts[LivePortraitControl.smile.rawValue] = 1
        amounts[LivePortraitControl.turn.rawValue] = 10
        func points(_ strength: Float, edits: Bool) -> [Float] {
            var transfer = Transfer(.relative, strength: strength)
            transfer.stitches = false
            let target = network.transfer(transfer, driving: driving, reference: reference, to: portrait)
            return HeadMotion(row: (edits ? portrait.edited(target, by: amounts) : target).values).points(own: own, network.pointNetworks)
        }
        #expect(zip(points(0, edits: false), own).allSatisfy { abs($0 - $1) < 1e-6 })
        let full = zip(points(1, edits: true), points(1, edits: false)).map { $0 - $1 }
        let half = zip(points(0.5, edits: true), points(0.5, edits: false)).map { $0 - $1 }
        #expect(zip(full, half).allSatisfy { abs($0 - $1) < 1e-5 } && full.contains { abs($0) > 1e-3 })
    }

    @Test func viewsAreShown() throws {
        let portrait = try network.encode(Tensor(try picture("source")))
        var seen: [String: Tensor] = [:]
        _ = portrait.picture(portrait.motion) { seen[$0.view] = $0.values }
        #expect(Set(seen.keys) == Set(network.views.map(\.name)))
        for view in network.views {
            let values = try #require(seen[view.name])
            let channels = view.kind == .flow ? 2 : view.kind == .drawing ? 3 : 1
            #expect(values.shape == [1, channels, view.sides[0], view.sides[0]] && values.isFinite)
        }
    }
}
