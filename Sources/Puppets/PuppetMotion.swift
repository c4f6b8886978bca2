extension PuppetPose {
    /// A pose out of a lively talking head's endless motion: it turns, nods and leans, blinks every few seconds, looks
    /// about and talks in phrases. The same seed and time give the same pose, and near times give near poses.
    ///
    /// - Parameters:
    ///   - seed: which motion.
    ///   - time: in seconds.
    ///   - energy: how lively, 1 as usual; 0 holds the head still, though the face still blinks and talks.
    public static func motion(seed: UInt64, at time: Double, energy: Float = 1) -> PuppetPose {
        var numbers = SeededNumbers(seed: seed ^ 0x6D6F_7469_6F6E)
        let noise = UInt32(truncatingIfNeeded: numbers.next())
        let liveliness = numbers.uniform(0.6...1.2) * energy
        let mood = numbers.uniform(-0.1...0.5)
        let pace = numbers.uniform(0.8...1.2)
        let start = numbers.uniform(0...500)
        let t = Float(time) + start

        /// Smooth in about -1…1, turning `rate` times a second, with some of the double rate.
        func drift(_ channel: UInt32, _ rate: Float) -> Float {
            let slow = SmoothNoise.at(t * rate * pace, seed: noise &+ channel)
            let fast = SmoothNoise.at(t * rate * pace * 2.1 + 31.7, seed: noise &+ channel &+ 100)
            return (slow + fast * 0.35) / 1.1
        }

        // Phrases: talking for a few seconds, then listening.
        let talking = smoothStep(-0.25, 0.15, drift(20, 0.35))
        var pose = PuppetPose()
        pose.yaw = drift(1, 0.45) * 0.42 * liveliness
        pose.pitch = (drift(2, 0.5) * 0.18 + drift(9, 1.7) * 0.05 * talking) * liveliness
        pose.roll = drift(3, 0.4) * 0.16 * liveliness
        pose.shiftX = (drift(4, 0.3) * 0.045 + pose.yaw * 0.05) * liveliness
        pose.shiftY = drift(5, 0.35) * 0.03 * liveliness
        pose.scale = 1 + drift(6, 0.22) * 0.07 * liveliness
        pose.brows = clamp(drift(7, 0.8) * 0.8 + 0.1, -1, 1)
        pose.gazeX = clamp(drift(8, 0.7) * 0.7 - pose.yaw * 0.7, -1, 1)
        pose.gazeY = clamp(drift(10, 0.7) * 0.4 + pose.pitch * 0.6, -1, 1)

        let syllable = smoothStep(-0.5, 0.9, SmoothNoise.at(t * 4.6 * pace, seed: noise &+ 11))
        let stress = 0.55 + 0.45 * SmoothNoise.at(t * 1.3, seed: noise &+ 12)
        pose.mouthOpen = clamp(talking * syllable * stress)
        pose.mouthWide = clamp(talking * SmoothNoise.at(t * 3.1 * pace, seed: noise &+ 13) * 0.8, -1, 1)
        pose.pucker = talking * smoothStep(0.35, 0.9, SmoothNoise.at(t * 2.6 * pace, seed: noise &+ 14))
        pose.smile = clamp(mood + drift(15, 0.3) * 0.6 - pose.pucker * 0.3, -1, 1)

        let blink = Self.blink(t, noise)
        pose.blinkLeft = blink
        pose.blinkRight = blink
        return pose
    }

    /// One blink in every stretch of 3.2 seconds, somewhere in it, closing in a tenth of a second and opening in a fifth.
    private static func blink(_ t: Float, _ noise: UInt32) -> Float {
        let stretch = (t / 3.2).rounded(.down)
        let moment = stretch * 3.2 + 0.4 + 1.1 * (1 + SmoothNoise.at(stretch, seed: noise &+ 16))
        let since = t - moment
        return smoothStep(-0.1, 0, since) * (1 - smoothStep(0.06, 0.26, since))
    }
}
