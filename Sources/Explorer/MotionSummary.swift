/// What a page is told of its driving motion.
struct MotionSummary: Encodable {
    let name: String
    /// In seconds.
    let duration: Double
    /// When each frame is shown, in seconds.
    let times: [Double]
    /// Whether a sound drives.
    let isSpeech: Bool
    /// How well the motion suits the portrait.
    let fit: MotionFit
    /// The magnitudes of each frame, direction 1 first, rounded to what can be seen in a curve.
    let magnitudes: [[Float]]

    init(_ motion: DrivingMotion, fit: MotionFit) {
        (name, duration, times, isSpeech, self.fit) = (motion.name, motion.duration, motion.times, motion.speech != nil, fit)
        magnitudes = motion.frames.map { $0.magnitudes.values.map { ($0 * 1000).rounded() / 1000 } }
    }
}
