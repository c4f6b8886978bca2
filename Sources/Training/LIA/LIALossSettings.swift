/// The settings of LIA's losses.
public struct LIALossSettings: SettingTable {
    public static let table = LIALossSettings()

    public let l1 = Setting("l1", 1.0, .range(0...1000), "The weight of the mean absolute difference.")
    public let perceptual = Setting("perceptual", 1.0, .range(0...1000), "The weight of the perceptual loss; 10 in the paper, for VGG-19.")
    public let perceptualWeights = Setting(
        "perceptual_weights", "", .any, "A file of torchvision's VGG-19 weights; empty for the substitute that needs none.")
    public let moving = Setting(
        "moving", 0.0, .range(0...1000),
        "The weight of the mean absolute difference where source and driving frame differ. Not in the paper.")
    public let ssim = Setting("ssim", 0.0, .range(0...1000), "The weight of 1 − SSIM. Not in the paper.")
    public let adversarial = Setting("adversarial", 0.0, .range(0...1000), "The weight of the non-saturating adversarial loss; 0 for none.")
    public let adversarialRegions = Setting(
        "adversarial_regions", 0.0, .range(0...1000),
        "The weight of the adversarial loss of eyes and of mouths that open, each against a discriminator of its own. Not in the paper.")
    public let adversarialFrom = Setting("adversarial_from", 5000, .atLeast(0), "The step from which the adversarial losses count.")
    public let regions = Setting(
        "regions", 0.0, .range(0...1000), "The weight of the perceptual loss of eyes and mouth alone, enlarged. Not in the paper.")
    public let mesh = Setting(
        "mesh", 0.0, .range(0...1000),
        "The weight of the L1 of features and landmarks of the network of the face mesh (mesh_network). Not in the paper.")
    public let meshNetwork = Setting(
        "mesh_network", "", .any, "MediaPipe's face_landmark.tflite, as Models/faces holds it; wanted where mesh is above 0.")
    public let meshOpenings = Setting(
        "mesh_openings", 0.0, .range(0...1000),
        "What the mesh's difference of how far lids, lips, brows and corners of the mouth are apart counts beside its features and "
            + "landmarks.")
    public let reading = Setting(
        "reading", 0.0, .range(0...1000),
        "The weight of the mean squared difference of magnitudes from those of known poses (known_parts). Not in the paper.")
    public let readingChanges = Setting(
        "reading_changes", 0.0, .range(0...1000),
        "The same of how magnitudes change from a person's source to another frame. Not in the paper.")
    public let canonical = Setting(
        "canonical", 0.0, .range(0...1000),
        "The weight of the mean absolute difference of the canonical pictures, which no motion moves, of two frames of a person. Not in the "
            + "paper.")
    public let sparsity = Setting("sparsity", 0.0, .range(0...1000), "The weight of the magnitudes' mean absolute value (LIA-X).")
    public let flowStart = Setting("flow_start", 4.0, .range(0...1000), "The weight of the known flow's L1 at first. Not in the paper.")
    public let flowEnd = Setting("flow_end", 0.3, .range(0...1000), "The weight of the known flow's L1 at last.")
    public let flowSteps = Setting("flow_steps", 2500, .atLeast(0), "Steps from flow_start to flow_end.")
    public let flowMoving = Setting(
        "flow_moving", 0.0, .range(0...1), "The fraction of its weight that pixels share by how far they move: lids and lips are few.")
    public let flowExpressive = Setting(
        "flow_expressive", 0.0, .range(0...1),
        "The fraction of its weight that pixels share by how far they move otherwise than the head; with flow_moving at most 1.")
    public let closing = Setting(
        "closing", 0.0, .range(0...1000),
        "The weight of the finest mask's mean inside mouths that open, where the source has nothing to show. Not in the paper.")
    public let inside = Setting(
        "inside", 0.0, .range(0...1000),
        "The weight of the mean absolute difference inside mouths that open, teeth and dark alike. Not in the paper.")
}
