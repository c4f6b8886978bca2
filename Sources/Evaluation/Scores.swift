import Media

/// Means of measures over the frames of a clip.
struct Scores {
    private var sums: [Measure: Double] = [:]
    private(set) var frames = 0

    /// Counts a frame: how near a picture is to the truth.
    mutating func add(_ found: Picture, truth: Picture) {
        sums[.l1, default: 0] += AbsoluteDifference.between(found, truth)
        sums[.psnr, default: 0] += PeakSignalToNoise.between(found, truth)
        sums[.ssim, default: 0] += StructuralSimilarity.between(found, truth)
        if let similarity = MultiScaleSimilarity.between(found, truth) { sums[.multiScaleSSIM, default: 0] += similarity }
        frames += 1
    }

    /// Every measure's mean over the frames counted.
    var means: [Measure: Double] { sums.mapValues { $0 / Double(frames) } }
}
