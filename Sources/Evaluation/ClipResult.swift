/// What was found on a clip of one model, or of the baselines that no model takes part in.
struct ClipResult: Codable {
    struct Row: Codable {
        let mode: String?
        let baseline: String?
        let scores: [Measure: Double]
        let features: FrameFeatures?
    }

    /// Frames that were measured; none where the clip was passed over.
    var frames = 0
    var rows: [Row] = []
    /// Features of the true pictures, beside the baselines.
    var truth: FrameFeatures?
    /// Why the clip was passed over.
    var note: String?
}
