import Media
import Puppets
import Testing

/// What each parameter of a pose does, measured in the pictures. The middle of what changes when a mouth narrows, or an eye
/// shuts, tells where that mouth or eye is.
struct PuppetTests {
    /// Some with and some without spectacles, beards and long hair.
    private static let seeds: [UInt64] = [1, 2, 5, 6, 11, 12, 104, 212]
    private static let size = 128

    private func pose(_ change: (inout PuppetPose) -> Void = { _ in }) -> PuppetPose {
        var pose = PuppetPose()
        change(&pose)
        return pose
    }

    private func changed(_ puppet: Puppet, _ from: PuppetPose, _ change: (inout PuppetPose) -> Void) -> PictureChange {
        var to = from
        change(&to)
        return PictureChange(puppet.draw(from, size: Self.size), puppet.draw(to, size: Self.size))
    }

    /// Half way between the corners.
    private func mouth(_ puppet: Puppet, _ pose: PuppetPose) -> Double {
        let columns = changed(puppet, pose) { $0.mouthWide = -1 }.columns
        return (columns.least + columns.most) / 2
    }

    private func eye(_ puppet: Puppet, _ pose: PuppetPose, left: Bool) -> (x: Double, y: Double) {
        changed(puppet, pose) { if left { $0.blinkLeft = 1 } else { $0.blinkRight = 1 } }.middle
    }

    @Test func theSameSeedDrawsTheSameBytes() {
        for seed in Self.seeds {
            let pose = PuppetPose.motion(seed: seed, at: 3.3)
            #expect(Puppet(seed: seed).draw(pose, size: 96) == Puppet(seed: seed).draw(pose, size: 96))
        }
        #expect(PuppetPose.motion(seed: 4, at: 1.5) == PuppetPose.motion(seed: 4, at: 1.5))
    }

    @Test func anotherSeedDrawsSomeoneElse() {
        let pictures = (UInt64(0)..<24).map { Puppet(seed: $0).draw(PuppetPose(), size: 64) }
        for (index, picture) in pictures.enumerated() {
            for other in pictures[..<index] { #expect(PictureChange(picture, other).count > 64 * 64 / 3) }
        }
    }

    @Test(arguments: seeds)
    func anOpenMouthChangesTheMouthOnly(seed: UInt64) {
        let change = changed(Puppet(seed: seed), PuppetPose()) { $0.mouthOpen = 1 }
        #expect(change.count > 250)
        // Below the nose, down to the chin's shadow on the neck, within the face.
        #expect(change.rows.least > 0.55 && change.rows.most < 0.9, "\(change.rows)")
        #expect(change.columns.least > 0.25 && change.columns.most < 0.75, "\(change.columns)")
        #expect(abs(change.middle.x - 0.5) < 0.02)
    }

    @Test(arguments: seeds)
    func yawMovesTheFaceToItsSide(seed: UInt64) {
        let puppet = Puppet(seed: seed)
        let (rest, right, left) = (
            mouth(puppet, PuppetPose()), mouth(puppet, pose { $0.yaw = 0.4 }), mouth(puppet, pose { $0.yaw = -0.4 })
        )
        #expect(right - rest > 0.03)
        #expect(rest - left > 0.03)
        // The eye that turns away comes closer to the middle of the face than the other one.
        let turned = pose { $0.yaw = 0.4 }
        let middle = (eye(puppet, turned, left: true).x + eye(puppet, turned, left: false).x) / 2
        #expect(middle > 0.53)
    }

    @Test(arguments: seeds)
    func pitchMovesTheFaceUp(seed: UInt64) {
        let puppet = Puppet(seed: seed)
        let rest = eye(puppet, PuppetPose(), left: true)
        #expect(rest.y - eye(puppet, pose { $0.pitch = 0.3 }, left: true).y > 0.015)
        #expect(eye(puppet, pose { $0.pitch = -0.3 }, left: true).y - rest.y > 0.015)
    }

    @Test(arguments: seeds)
    func rollTurnsClockwise(seed: UInt64) {
        let puppet = Puppet(seed: seed)
        let leaned = pose { $0.roll = 0.25 }
        let (left, right) = (eye(puppet, leaned, left: true), eye(puppet, leaned, left: false))
        let slope = (right.y - left.y) / (right.x - left.x)
        #expect(abs(slope - 0.2553) < 0.04, "the tangent of 0.25")
    }

    @Test(arguments: seeds)
    func shiftAndScaleAreWhatTheySay(seed: UInt64) {
        let puppet = Puppet(seed: seed)
        let rest = eye(puppet, PuppetPose(), left: true)
        let moved = eye(
            puppet,
            pose {
                $0.shiftX = 0.1
                $0.shiftY = -0.05
            }, left: true)
        #expect(abs(moved.x - rest.x - 0.1) < 0.005)
        #expect(abs(moved.y - rest.y + 0.05) < 0.005)
        let apart = eye(puppet, PuppetPose(), left: false).x - rest.x
        let scaled = pose { $0.scale = 1.2 }
        let larger = eye(puppet, scaled, left: false).x - eye(puppet, scaled, left: true).x
        #expect(abs(larger / apart - 1.2) < 0.02)
    }

    @Test(arguments: seeds)
    func shutEyesHideTheIris(seed: UInt64) {
        let puppet = Puppet(seed: seed)
        let open = changed(puppet, PuppetPose()) { $0.gazeX = 1 }
        #expect(open.count > 40)
        let shut = changed(
            puppet,
            pose {
                $0.blinkLeft = 1
                $0.blinkRight = 1
            }
        ) {
            $0.gazeX = 1
            $0.gazeY = 1
        }
        #expect(shut.count == 0)
        let wink = changed(puppet, pose { $0.blinkLeft = 1 }) { $0.gazeX = 1 }
        #expect(wink.count > 20 && wink.columns.least > 0.5)
        let otherWink = changed(puppet, pose { $0.blinkRight = 1 }) { $0.gazeX = 1 }
        #expect(otherWink.count > 20 && otherWink.columns.most < 0.5)
    }

    @Test(arguments: seeds)
    func blinksStayAtTheEyes(seed: UInt64) {
        let change = changed(Puppet(seed: seed), PuppetPose()) {
            $0.blinkLeft = 1
            $0.blinkRight = 1
        }
        #expect(change.count > 100)
        #expect(change.rows.least > 0.35 && change.rows.most < 0.6, "\(change.rows)")
        let brows = changed(Puppet(seed: seed), PuppetPose()) { $0.brows = 1 }
        #expect(brows.count > 40 && brows.rows.most < 0.56 && brows.middle.y < change.middle.y)
    }

    @Test(arguments: seeds)
    func mouthShapesDiffer(seed: UInt64) {
        let puppet = Puppet(seed: seed)
        let rest = pose { $0.mouthOpen = 0.6 }
        let wide = changed(
            puppet,
            pose {
                $0.mouthOpen = 0.6
                $0.mouthWide = 1
            }
        ) { $0.mouthOpen = 0 }
        let pursed = changed(
            puppet,
            pose {
                $0.mouthOpen = 0.6
                $0.pucker = 1
            }
        ) { $0.mouthOpen = 0 }
        let usual = changed(puppet, rest) { $0.mouthOpen = 0 }
        #expect(wide.count > 100 && pursed.count > 50 && usual.count > 100)
        for change in [
            { (pose: inout PuppetPose) in pose.smile = 1 }, { $0.smile = -1 }, { $0.mouthWide = -1 }, { $0.pucker = 1 },
        ] {
            #expect(changed(puppet, rest, change).count > 30)
        }
    }

    /// One pose drawn at two sizes is one picture.
    @Test func sizeChangesNothingButTheSize() {
        for seed in Self.seeds.prefix(4) {
            let puppet = Puppet(seed: seed)
            let (small, large) = (puppet.draw(PuppetPose(), size: 64), puppet.draw(PuppetPose(), size: 256))
            var sum = 0
            for y in 0..<64 {
                for x in 0..<192 {
                    var mean = 0
                    for v in 0..<4 {
                        for u in 0..<4 { mean += Int(large.pixels[((y * 4 + v) * 256 + x / 3 * 4 + u) * 3 + x % 3]) }
                    }
                    sum += abs(mean / 16 - Int(small.pixels[y * 192 + x]))
                }
            }
            #expect(Double(sum) / (64 * 192) < 4)
        }
    }

    @Test func impossiblePosesAreDrawnAsFarAsTheyCanBe() {
        let puppet = Puppet(seed: 3)
        let values: [Float] = [.nan, .infinity, -.infinity, 1e30, -1e30, 3, -3]
        let parts: [WritableKeyPath<PuppetPose, Float>] = [
            \.yaw, \.pitch, \.roll, \.shiftX, \.shiftY, \.scale, \.blinkLeft, \.blinkRight, \.gazeX, \.gazeY, \.brows,
            \.mouthOpen, \.mouthWide, \.smile, \.pucker,
        ]
        for value in values {
            var all = PuppetPose()
            for part in parts {
                var one = PuppetPose()
                one[keyPath: part] = value
                all[keyPath: part] = value
                #expect(puppet.draw(one, size: 32).pixels.count == 32 * 32 * 3)
            }
            #expect(puppet.draw(all, size: 32).pixels.count == 32 * 32 * 3)
        }
        var still = PuppetPose()
        for part in parts { still[keyPath: part] = .nan }
        #expect(puppet.draw(still, size: 32) == puppet.draw(PuppetPose(), size: 32))
    }
}
