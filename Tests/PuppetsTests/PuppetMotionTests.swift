import Puppets
import Testing

struct PuppetMotionTests {
    private static let seeds: [UInt64] = [0, 1, 7, 99, 12345]

    @Test(arguments: seeds)
    func aMinuteOfMotionIsSmoothAndLively(seed: UInt64) {
        let rate = 25.0
        let poses = (0..<Int(60 * rate)).map { PuppetPose.motion(seed: seed, at: Double($0) / rate) }
        func steps(_ part: KeyPath<PuppetPose, Float>) -> Float {
            zip(poses, poses.dropFirst()).map { abs($1[keyPath: part] - $0[keyPath: part]) }.max() ?? 0
        }
        func span(_ part: KeyPath<PuppetPose, Float>) -> ClosedRange<Float> {
            let values = poses.map { $0[keyPath: part] }
            return (values.min() ?? 0)...(values.max() ?? 0)
        }
        // From one frame to the next.
        #expect(steps(\.yaw) < 0.08 && steps(\.pitch) < 0.06 && steps(\.roll) < 0.04)
        #expect(steps(\.shiftX) < 0.02 && steps(\.scale) < 0.01 && steps(\.mouthOpen) < 0.6)
        // Within what is natural, and using some of it.
        for (part, limit, least) in [
            (\PuppetPose.yaw, Float(0.7), Float(0.25)), (\.pitch, 0.4, 0.1), (\.roll, 0.3, 0.08),
        ] {
            let found = span(part)
            #expect(found.lowerBound > -limit && found.upperBound < limit)
            #expect(found.upperBound - found.lowerBound > least)
        }
        #expect(span(\.scale).lowerBound > 0.85 && span(\.scale).upperBound < 1.15)
        #expect(span(\.mouthOpen).lowerBound == 0 && span(\.mouthOpen).upperBound > 0.4)

        let blinks = zip(poses, poses.dropFirst()).filter { $0.blinkLeft < 0.5 && $1.blinkLeft >= 0.5 }.count
        #expect((14...22).contains(blinks), "\(blinks)")
        let words = zip(poses, poses.dropFirst()).filter { $0.mouthOpen < 0.2 && $1.mouthOpen >= 0.2 }.count
        #expect(words > 20, "\(words)")
        #expect(poses.filter { $0.blinkLeft > 0.5 }.count < poses.count / 10)
    }

    @Test func seedsMoveDifferently() {
        let poses = Self.seeds.map { PuppetPose.motion(seed: $0, at: 10) }
        for (index, pose) in poses.enumerated() { #expect(!poses[..<index].contains(pose)) }
    }

    @Test func withoutEnergyTheHeadIsStill() {
        for time in [0.0, 1.7, 30] {
            let pose = PuppetPose.motion(seed: 5, at: time, energy: 0)
            #expect(pose.yaw == 0 && pose.pitch == 0 && pose.roll == 0 && pose.shiftX == 0 && pose.scale == 1)
        }
    }
}
