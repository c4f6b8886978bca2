import Puppets
import Testing

/// Drawn people who speak, and where their mouths are.
@Suite struct SpokenMouthTests {
    /// It moves without jumps, shuts its lips, opens wide, and pauses.
    @Test func itSpeaksSmoothly() {
        var shut = 0, open = 0, puckered = 0, largest: Float = 0
        for seed in 0..<8 {
            let mouth = SpokenMouth(seed: UInt64(seed))
            var before = mouth(at: 0)
            for step in 1..<2000 {
                let now = mouth(at: Double(step) / 100)
                #expect((0...1).contains(now.open) && (-1...1).contains(now.wide) && (0...1).contains(now.pucker))
                largest = max(largest, abs(now.open - before.open))
                if now.open < 0.01 { shut += 1 }
                if now.open > 0.6 { open += 1 }
                if now.pucker > 0.6 { puckered += 1 }
                before = now
            }
        }
        #expect(largest < 0.4, "\(largest) in a hundredth of a second")
        #expect(shut > 800 && open > 200 && puckered > 200, "\(shut), \(open), \(puckered) of 16,000")
        #expect(SpokenMouth(seed: 1)(at: 3.3) == SpokenMouth(seed: 1)(at: 3.3))
    }

    /// Corners and chin are where the picture changes with the pose.
    @Test func marksFollowThePose() {
        let puppet = Puppet(seed: 5)
        let rest = puppet.mouthMarks(PuppetPose())
        #expect(abs(rest.bridge.x) < 0.01 && rest.bridge.y < rest.noseBase.y && rest.noseBase.y < rest.corners.left.y)
        #expect(rest.corners.left.x < -0.08 && abs(rest.corners.left.x + rest.corners.right.x) < 0.01 && rest.chin.y > rest.corners.left.y)
        var pose = PuppetPose()
        pose.mouthOpen = 1
        #expect(puppet.mouthMarks(pose).chin.y > rest.chin.y + 0.05)
        (pose.mouthOpen, pose.pucker) = (0, 1)
        #expect(puppet.mouthMarks(pose).corners.right.x < 0.75 * rest.corners.right.x)
        (pose.pucker, pose.shiftX) = (0, 0.1)
        #expect(abs(puppet.mouthMarks(pose).chin.x - 0.2) < 0.01)
    }
}
