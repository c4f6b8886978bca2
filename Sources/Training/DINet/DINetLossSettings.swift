/// The settings of DINet's losses.
public struct DINetLossSettings: SettingTable {
    public static let table = DINetLossSettings()

    public let perceptual = Setting(
        "perceptual", 10.0, .range(0...1000), "The weight of the perceptual loss, a mean over two sizes and the features of each.")
    public let perceptualWeights = LIALossSettings.table.perceptualWeights
    public let l1 = Setting("l1", 0.0, .range(0...1000), "The weight of the mean absolute difference; the authors have none.")
    public let lips = Setting(
        "lips", 0.0, .range(0...1000), "The weight of the mean absolute difference around the lips; the authors have none.")
    public let mesh = Setting(
        "mesh", 0.0, .range(0...1000),
        "The weight of the L1 of features and landmarks of the network of the face mesh (mesh_network); the authors have none.")
    public let meshNetwork = LIALossSettings.table.meshNetwork
    public let meshOpenings = LIALossSettings.table.meshOpenings
    public let flow = Setting(
        "flow", 0.0, .range(0...1000),
        "The weight of the L1 of the flow from the first reference, where it is known; 0 without skips. The authors have none.")
    public let closing = Setting(
        "closing", 0.0, .range(0...1000),
        "The weight of the mask's mean inside mouths that open, where the first reference has nothing to show; 0 without skips.")
    public let adversarial = Setting(
        "adversarial", 1.0, .range(0...1000), "The weight of the least-squares adversarial losses; 0 for no discriminator.")
    public let adversarialFrom = Setting("adversarial_from", 0, .atLeast(0), "The step from which the discriminators count and learn.")
    public let sync = Setting(
        "sync", 0.1, .range(0...1000), "The weight of SyncNet's loss in the stage of clips; 0 for none.")
    public let syncNetwork = Setting(
        "sync_network", "", .any, "SyncNet's file (syncnet_256mouth.pth, or a run of the family syncnet), for the stage of clips.")
    public let syncLips = Setting(
        "sync_lips", false, .any,
        "True to show SyncNet what is painted around the lips alone, and the true picture elsewhere, so that nothing far from the lips is "
            + "painted to please it. The authors show it the whole square.")
}
