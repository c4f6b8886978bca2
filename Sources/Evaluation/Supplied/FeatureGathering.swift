/// Gathers the features of a clip's frames, those of a still picture once.
struct FeatureGathering {
    private var last: MeasuredPicture?
    /// Nil without a network.
    private(set) var features: FrameFeatures?

    mutating func add(_ found: MeasuredPicture) {
        guard let values = found.inception else { return }
        features = features ?? FrameFeatures()
        features?.add(values, isSame: found === last)
        last = found
    }
}
