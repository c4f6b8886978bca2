import Media

/// Means of measures over the frames of a clip, and features for those that take all frames of all clips.
struct Scores {
    private var sums: [Measure: Double] = [:]
    private var gathering = FeatureGathering()
    private(set) var frames = 0

    /// Counts a frame: how near a picture is to the truth.
    mutating func add(_ found: MeasuredPicture, truth: MeasuredPicture) {
        let (a, b) = (found.picture, truth.picture)
        sums[.l1, default: 0] += AbsoluteDifference.between(a, b)
        sums[.psnr, default: 0] += PeakSignalToNoise.between(a, b)
        sums[.ssim, default: 0] += StructuralSimilarity.between(a, b)
        if let similarity = MultiScaleSimilarity.between(a, b) { sums[.multiScaleSSIM, default: 0] += similarity }
        if let distance = found.appearanceDistance(to: truth) { sums[.lpips, default: 0] += distance }
        if let distance = found.identityDistance(to: truth) { sums[.identityDistance, default: 0] += distance }
        gathering.add(found)
        frames += 1
    }

    /// Every measure's mean over the frames counted.
    private var means: [Measure: Double] { sums.mapValues { $0 / Double(frames) } }

    /// As a row of a clip's result.
    func row(mode: String? = nil, baseline: String? = nil) -> ClipResult.Row {
        .init(mode: mode, baseline: baseline, scores: means, features: gathering.features)
    }
}
