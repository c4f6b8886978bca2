import Foundation
import Media
import Puppets
import Testing

struct PuppetFlowTests {
    /// Some with and some without spectacles, beards, long and curly hair.
    private static let seeds: [UInt64] = [1, 2, 5, 6, 11, 12, 104, 212]
    /// The head's middle at rest.
    private static let middle = (x: 0.0, y: -0.09)

    private func pose(_ text: String) throws -> PuppetPose { try PuppetPose(text: text) }

    /// A pixel's middle.
    private func place(_ index: Int, _ size: Int) -> Double { Double(2 * index + 1) / Double(size) - 1 }

    /// The largest error, in pixels, of a flow's coordinates near the middle of the face against `expected`, and whether all
    /// of it is valid.
    private func error(
        _ flow: PuppetFlow, near target: (x: Double, y: Double), reach: Double = 0.3,
        _ expected: (Double, Double) -> (x: Double, y: Double)
    ) -> (largest: Double, count: Int, invalid: Int) {
        var (largest, count, invalid) = (0.0, 0, 0)
        for row in 0..<flow.size {
            for column in 0..<flow.size {
                let (x, y) = (place(column, flow.size), place(row, flow.size))
                guard abs(x - target.x) < reach, abs(y - target.y) < reach else { continue }
                let index = row * flow.size + column
                let wanted = expected(x, y)
                let (dx, dy) = (
                    Double(flow.coordinates[index * 2]) - wanted.x, Double(flow.coordinates[index * 2 + 1]) - wanted.y
                )
                largest = max(largest, abs(dx), abs(dy))
                count += 1
                invalid += flow.validity[index] == 1 ? 0 : 1
            }
        }
        return (largest * Double(flow.size) / 2, count, invalid)
    }

    @Test(arguments: seeds)
    func aPoseFlowsToItself(seed: UInt64) {
        let pose = PuppetPose.motion(seed: seed, at: 2.5)
        let flow = Puppet(seed: seed).flow(from: pose, to: pose, size: 96)
        #expect(flow.size == 96 && flow.coordinates.count == 96 * 96 * 2 && flow.validity.count == 96 * 96)
        let found = error(flow, near: (0, 0), reach: 2) { ($0, $1) }
        #expect(found.count == 96 * 96 && found.largest < 0.1, "\(found)")
        // Where two layers cover a pixel equally, either may be called the one that is seen.
        #expect(found.invalid < 10, "\(found)")
    }

    @Test(arguments: seeds)
    func shiftScaleAndRollAreClosedForms(seed: UInt64) throws {
        let puppet = Puppet(seed: seed)
        let middle = Self.middle
        let shift = error(
            puppet.flow(from: PuppetPose(), to: try pose("shift_x=0.1,shift_y=-0.04"), size: 128),
            near: (middle.x + 0.2, middle.y - 0.08)
        ) { ($0 - 0.2, $1 + 0.08) }
        #expect(shift.count > 1200 && shift.largest < 0.05 && shift.invalid == 0, "\(shift)")
        let scale = error(
            puppet.flow(from: try pose("scale=0.9"), to: try pose("scale=1.2"), size: 128), near: middle
        ) { (middle.x + ($0 - middle.x) * 0.75, middle.y + ($1 - middle.y) * 0.75) }
        #expect(scale.count > 1200 && scale.largest < 0.1 && scale.invalid < scale.count / 50, "\(scale)")
        // Round the nape.
        let (turn, pivot) = (0.3, middle.y + 0.55 * 0.57)
        let roll = error(puppet.flow(from: PuppetPose(), to: try pose("roll=0.3"), size: 128), near: (0.1, middle.y)) {
            ($0 * cos(turn) + ($1 - pivot) * sin(turn), pivot + ($1 - pivot) * cos(turn) - $0 * sin(turn))
        }
        #expect(roll.count > 1200 && roll.largest < 0.05 && roll.invalid < roll.count / 50, "\(roll)")
    }

    /// The body follows three quarters of the head's way, the backdrop none of it.
    @Test(arguments: seeds)
    func bodyAndBackdropHaveTheirOwnFlow(seed: UInt64) throws {
        let flow = Puppet(seed: seed).flow(from: PuppetPose(), to: try pose("shift_x=0.1"), size: 128)
        let body = error(flow, near: (0.15, 0.93), reach: 0.06) { ($0 - 0.15, $1) }
        #expect(body.count > 40 && body.largest < 0.05, "\(body)")
        let wall = error(flow, near: (-0.97, -0.97), reach: 0.03) { ($0, $1) }
        #expect(wall.count > 3 && wall.largest == 0 && wall.invalid == 0, "\(wall)")
    }

    /// Source, target, and at most how much of the unwarped difference may remain, all seeds taken together, and of that
    /// in the detail. Of a smile's and an open mouth's difference a good part is new folds and shade.
    private static let pairs: [(from: String, to: String, whole: Double, detail: Double)] = [
        ("yaw=-0.3", "yaw=0.3", 0.65, 0.41),
        ("pitch=-0.2", "pitch=0.25", 0.61, 0.38),
        ("mouth_open=0.3", "mouth_open=1,smile=0.6", 0.68, 0.75),
        ("smile=-0.5", "smile=1,mouth_wide=1", 0.8, 0.8),
        ("blink_left=0", "blink_left=1,gaze_x=0.8,brows=1", 0.4, 0.43),
        ("blink_left=1,blink_right=1,brows=-1", "brows=0.5", 0.46, 0.44),
        ("shift_x=-0.1,scale=0.9", "roll=0.25,shift_y=0.05", 0.13, 0.25),
        (
            "yaw=0.4,pitch=0.2,roll=0.1",
            "pitch=-0.25,yaw=-0.1,roll=-0.2,shift_x=0.08,scale=1.1,mouth_open=0.5", 0.48, 0.37
        ),
    ]

    /// Light stays where it is when a surface moves, so that some difference remains.
    @Test(arguments: pairs.indices)
    func theWarpedSourceIsTheTarget(index: Int) throws {
        let pair = Self.pairs[index]
        let (from, to) = (try pose(pair.from), try pose(pair.to))
        var (whole, unwarped, detail, unwarpedDetail) = (0.0, 0.0, 0.0, 0.0)
        for seed in Self.seeds {
            let puppet = Puppet(seed: seed)
            let warp = FlowWarp(
                puppet.draw(from, size: 128), puppet.flow(from: from, to: to, size: 128), puppet.draw(to, size: 128))
            #expect(warp.validPart > 0.85, "\(seed)")
            #expect(warp.unwarpedError > 0.1, "\(seed)")
            #expect(warp.error < warp.unwarpedError * 0.95, "\(seed)")
            #expect(warp.detailError < warp.unwarpedDetailError * 0.95, "\(seed)")
            (whole, unwarped) = (whole + warp.error, unwarped + warp.unwarpedError)
            (detail, unwarpedDetail) = (detail + warp.detailError, unwarpedDetail + warp.unwarpedDetailError)
        }
        #expect(whole < unwarped * pair.whole, "\(pair.to): \(whole / unwarped)")
        #expect(detail < unwarpedDetail * pair.detail, "\(pair.to): \(detail / unwarpedDetail)")
    }

    /// A flow that is off by a pixel and a half in any direction warps worse.
    @Test(arguments: seeds)
    func noFlowNearbyIsBetter(seed: UInt64) throws {
        let puppet = Puppet(seed: seed)
        let (from, to) = (try pose("yaw=-0.25,pitch=0.1,scale=0.95"), try pose("yaw=0.2,roll=0.15,mouth_open=0.6"))
        let (source, target) = (puppet.draw(from, size: 128), puppet.draw(to, size: 128))
        let flow = puppet.flow(from: from, to: to, size: 128)
        let found = FlowWarp(source, flow, target).detailError
        for (x, y) in [(-1, 0), (1, 0), (0, -1), (0, 1)] as [(Float, Float)] {
            let off = flow.coordinates.enumerated().map { $1 + ($0 % 2 == 0 ? x : y) * 3 / 128 }
            let other = FlowWarp(
                source, PuppetFlow(size: 128, coordinates: off, validity: flow.validity), target)
            #expect(other.detailError > found * 1.2, "\(x) \(y): \(other.detailError) for \(found)")
        }
    }

    /// Where a flow leads, the flow back leads home.
    @Test(arguments: seeds)
    func thereAndBackIsHome(seed: UInt64) {
        let (size, puppet) = (128, Puppet(seed: seed))
        let (a, b) = (PuppetPose.motion(seed: seed, at: 1), PuppetPose.motion(seed: seed &+ 1, at: 4))
        let (there, back) = (puppet.flow(from: a, to: b, size: size), puppet.flow(from: b, to: a, size: size))
        var misses: [Double] = []
        for index in 0..<size * size where there.validity[index] == 1 {
            let (x, y) = (Double(there.coordinates[index * 2]), Double(there.coordinates[index * 2 + 1]))
            let (column, row) = (Int((x + 1) / 2 * Double(size)), Int((y + 1) / 2 * Double(size)))
            guard column < size, row < size, back.validity[row * size + column] == 1 else { continue }
            // The nearest pixel is up to half a pixel away.
            let (dx, dy) = (x - place(column, size), y - place(row, size))
            let found = row * size + column
            misses.append(
                hypot(
                    Double(back.coordinates[found * 2]) + dx - place(index % size, size),
                    Double(back.coordinates[found * 2 + 1]) + dy - place(index / size, size)) * Double(size) / 2)
        }
        #expect(misses.count > size * size * 8 / 10)
        misses.sort()
        #expect(misses[misses.count / 2] < 0.1, "\(misses[misses.count / 2])")
        #expect(misses[misses.count * 95 / 100] < 0.6, "\(misses[misses.count * 95 / 100])")
    }

    private func validity(_ flow: PuppetFlow, _ x: Double, _ y: Double) -> Float {
        flow.validity[Int((y + 1) / 2 * Double(flow.size)) * flow.size + Int((x + 1) / 2 * Double(flow.size))]
    }

    @Test func whatIsHiddenInTheSourceIsNotValid() throws {
        // Someone with short hair: behind the head is the wall, uncovered when the head moves away.
        let puppet = Puppet(seed: 5)
        let moved = puppet.flow(from: PuppetPose(), to: try pose("shift_x=0.2"), size: 128)
        #expect(validity(moved, -0.2, -0.2) == 0)
        #expect(validity(moved, -0.7, -0.2) == 1 && validity(moved, 0.4, -0.2) == 1)
        // What moves in from beyond the picture.
        let entering = puppet.flow(from: try pose("shift_x=0.4"), to: PuppetPose(), size: 128)
        #expect(validity(entering, 0.3, -0.2) == 0)
        #expect(entering.coordinates.max() ?? 0 > 1.05)
        #expect(validity(entering, -0.1, -0.2) == 1)
    }

    @Test(arguments: seeds)
    func insidesOfShutMouthsAndEyesAreNotValid(seed: UInt64) throws {
        let puppet = Puppet(seed: seed)
        func hidden(_ from: String, _ to: String) throws -> Int {
            puppet.flow(from: try pose(from), to: try pose(to), size: 128).validity.filter { $0 == 0 }.count
        }
        let opened = try hidden("mouth_open=0", "mouth_open=0.9")
        #expect(opened > 80)
        let wider = try hidden("mouth_open=0.8", "mouth_open=0.9")
        #expect(wider < opened / 4, "\(wider) of \(opened)")
        let woken = try hidden("blink_left=1,blink_right=1", "blink_left=0")
        #expect(woken > 60)
        let widened = try hidden("blink_left=0.1,blink_right=0.1", "blink_left=0")
        #expect(widened < woken / 2, "\(widened) of \(woken)")
    }

    /// The inside of an opened mouth stands on the line of the closed lips, and all else as before.
    @Test(arguments: seeds)
    func aMouthOpensFromItsLine(seed: UInt64) throws {
        let puppet = Puppet(seed: seed), (closed, opened) = (try pose("mouth_open=0"), try pose("mouth_open=0.9"))
        let plain = puppet.flow(from: closed, to: opened, size: 128)
        let whole = puppet.flow(from: closed, to: opened, size: 128, opensMouths: true)
        var heights: [Float] = [], rows = Set<Int>()
        for index in plain.validity.indices {
            #expect(plain.opened[index] == 0)
            if plain.validity[index] == whole.validity[index] {
                #expect(whole.opened[index] == 0)
                #expect(plain.coordinates[2 * index] == whole.coordinates[2 * index])
                #expect(plain.coordinates[2 * index + 1] == whole.coordinates[2 * index + 1])
            } else {
                #expect(whole.validity[index] == 1 && whole.opened[index] == 1)
                heights.append(whole.coordinates[2 * index + 1])
                rows.insert(index / 128)
            }
        }
        // Many rows come from a line as thin as the lips' curve is flat.
        #expect(heights.count > 60 && rows.count >= 8, "\(heights.count) pixels, \(rows.count) rows")
        #expect(heights.max()! - heights.min()! < 0.05, "\(heights.min()!) to \(heights.max()!)")
    }

    /// Poses that cannot be drawn flow as they are drawn.
    @Test func impossiblePosesFlowAsTheyAreDrawn() {
        let puppet = Puppet(seed: 3)
        for value in [Float.nan, .infinity, -.infinity, 1e30, -3] {
            var wild = PuppetPose()
            for part in PuppetPose.parts { wild[keyPath: part.value] = value }
            for flow in [
                puppet.flow(from: wild, to: PuppetPose(), size: 32), puppet.flow(from: PuppetPose(), to: wild, size: 32),
            ] {
                #expect(flow.coordinates.allSatisfy { $0.isFinite })
                #expect(flow.validity.allSatisfy { $0 == 0 || $0 == 1 })
            }
        }
    }
}
