/// The settings of the First Order Motion Model's losses.
public struct FirstOrderLossSettings: SettingTable {
    public static let table = FirstOrderLossSettings()

    public let perceptual = Setting("perceptual", 10.0, .range(0...1000), "The weight of the perceptual loss, of each scale and map.")
    public let perceptualWeights = LIALossSettings.table.perceptualWeights
    public let scales = Setting("scales", "1 0.5 0.25 0.125", .any, "Scales of the pictures that are compared.")
    public let adversarial = Setting(
        "adversarial", 0.0, .range(0...1000), "The weight of the least-squares adversarial loss; 0 for no discriminator.")
    public let adversarialFrom = Setting("adversarial_from", 0, .atLeast(0), "The step from which the discriminator counts and learns.")
    public let featureMatching = Setting(
        "feature_matching", 10.0, .range(0...1000), "The weight of the differences of the discriminator's feature maps, where it counts.")
    public let equivarianceValue = Setting(
        "equivariance_value", 10.0, .range(0...1000), "The weight of key points that do not move as a warped picture does.")
    public let equivarianceJacobian = Setting(
        "equivariance_jacobian", 10.0, .range(0...1000), "The weight of Jacobians that do not change as it does.")
    public let affineSpread = Setting(
        "affine_spread", 0.05, .range(0...1), "The standard deviation of the affine part of these warps.")
    public let splineSpread = Setting("spline_spread", 0.005, .range(0...1), "The standard deviation of the weights of their splines.")
}
