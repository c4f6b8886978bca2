import Media

/// Means of measures over the frames of a clip, and features for those that take all frames of all clips.
struct Scores {
    private var sums: [Measure: Double] = [:]
    private var gathering = FeatureGathering()
    private var expressions = ExpressionFollowing()
    /// Frames whose truth shows a face, and those of them whose picture shows one too.
    private var faces = (true: 0, found: 0)
    /// Of frames whose truth shows a face.
    private var contrasts: [Double] = []
    private(set) var frames = 0
    /// Of the clip's canonical pictures; nil where that is not defined.
    var canonicalDifference: Double?

    /// Counts a frame: how near a picture is to the truth.
    mutating func add(_ found: MeasuredPicture, truth: MeasuredPicture) {
        let (a, b) = (found.picture, truth.picture)
        sums[.l1, default: 0] += AbsoluteDifference.between(a, b)
        sums[.psnr, default: 0] += PeakSignalToNoise.between(a, b)
        sums[.ssim, default: 0] += StructuralSimilarity.between(a, b)
        if let similarity = MultiScaleSimilarity.between(a, b) { sums[.multiScaleSSIM, default: 0] += similarity }
        if let distance = found.appearanceDistance(to: truth) { sums[.lpips, default: 0] += distance }
        if let distance = found.identityDistance(to: truth) { sums[.identityDistance, default: 0] += distance }
        addFaces(found, truth)
        gathering.add(found)
        frames += 1
    }

    private mutating func addFaces(_ found: MeasuredPicture, _ truth: MeasuredPicture) {
        guard let known = truth.face else { return }
        faces.true += 1
        if let contrast = FaceContrast.between(found.picture, truth: truth.picture, face: known) { contrasts.append(contrast) }
        guard let own = found.face else { return }
        faces.found += 1
        sums[.keypointDistance, default: 0] += KeypointDistance.between(own, truth: known)
        expressions.add(driving: truth.expression, result: found.expression)
    }

    /// Every measure's mean over the frames counted; of landmarks, over those with a face.
    private var means: [Measure: Double] {
        var means = sums.mapValues { $0 / Double(frames) }
        if faces.found > 0 { means[.keypointDistance] = sums[.keypointDistance]! / Double(faces.found) }
        if !contrasts.isEmpty { means[.faceContrast] = contrasts.reduce(0, +) / Double(contrasts.count) }
        if faces.true > 0 { means[.lostFaces] = 1 - Double(faces.found) / Double(faces.true) }
        means[.canonicalDifference] = canonicalDifference
        return means.merging(expressions.scores) { $1 }
    }

    /// As a row of a clip's result.
    func row(mode: String? = nil, baseline: String? = nil) -> ClipResult.Row {
        .init(mode: mode, baseline: baseline, scores: means, features: gathering.features)
    }
}
