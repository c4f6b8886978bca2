import Faces

/// Whether what is made of a source's square stands in the source's picture, and how the square is laid for it.
struct PasteChoice {
    /// As requested; nil where what was cropped around a face, or by hand, is pasted back.
    private let requested: Bool?
    private let crop: CropSettings
    /// Whether squares are laid so that they can be pasted back.
    let isPossible: Bool

    /// - Parameter size: the requested side of the square, in pixels; nil for none.
    init(_ requested: Bool?, crop: CropSettings, size: Int?) {
        (self.requested, self.crop) = (requested, crop)
        // Whole pictures leave nothing to paste into.
        isPossible = (requested ?? (size == nil && crop.choice != .centre)) && crop.choice != .whole
    }

    /// What lays the source's squares.
    func planner(_ faces: FaceSupply, path: String) -> CropPlanner {
        var planner = CropPlanner(crop, faces, path: path)
        (planner.scale, planner.pastes) = (isPossible ? CropGeometry.pastedScale : CropGeometry.scale, isPossible)
        return planner
    }

    /// Whether results are pasted back, and the plan for it: what was not cut around a face is pasted back on request alone.
    func settled(_ plan: CropPlan) -> (plan: CropPlan, pastes: Bool) {
        isPossible && requested == nil && plan.origin == .centre ? (CropPlan(.centre), false) : (plan, isPossible)
    }
}
