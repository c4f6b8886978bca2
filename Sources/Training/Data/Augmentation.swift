import Tensors

/// How much frames may be changed before training sees them. All frames of a group are changed alike, so that what moves
/// between them is only what moved in the clip.
public struct Augmentation: Codable, Equatable, Sendable {
    /// True where half of the groups are mirrored.
    public var flip: Bool
    /// The factors of brightness, contrast and saturation are uniform in 1 ± these; 0 to below 1.
    public var brightness, contrast, saturation: Float
    /// Groups turn by up to this either way, in degrees; 0 to 180.
    public var rotation: Float
    /// The scale is between 1/(1 + this) and 1 + this; 0 to 1.
    public var scale: Float
    /// Groups shift along each axis by up to this fraction of the picture's side; 0 to 1. What comes in repeats the border.
    public var shift: Float
    /// Hues turn by up to this either way, in degrees; 0 to 180.
    public var hue: Float
    /// Faces are reshaped by a smooth warp that the whole group shares, of up to this at its control points, in halves of the
    /// picture; 0 to 0.12. A clip's person thus becomes many, who all move alike.
    public var warp: Float

    /// Frames as they are.
    public static let none = Augmentation(
        flip: false, brightness: 0, contrast: 0, saturation: 0, rotation: 0, scale: 0, shift: 0, hue: 0, warp: 0)
    /// A little of everything but hues and warps, for portraits.
    public static let mild = Augmentation(
        flip: true, brightness: 0.1, contrast: 0.1, saturation: 0.1, rotation: 5, scale: 0.05, shift: 0.03, hue: 0, warp: 0)

    public init(
        flip: Bool, brightness: Float, contrast: Float, saturation: Float, rotation: Float, scale: Float, shift: Float,
        hue: Float, warp: Float
    ) {
        self.flip = flip
        (self.brightness, self.contrast, self.saturation) = (brightness, contrast, saturation)
        (self.rotation, self.scale, self.shift, self.hue, self.warp) = (rotation, scale, shift, hue, warp)
    }

    /// The first value out of its range, with its key and what is allowed; nil when there is none.
    public var problem: String? {
        for (key, value) in [("brightness", brightness), ("contrast", contrast), ("saturation", saturation)]
        where !(value >= 0 && value < 1) {
            return "\(key) is \(value); at least 0 and below 1 is allowed"
        }
        for (key, value, largest) in [("rotation", rotation, Float(180)), ("scale", scale, 1), ("shift", shift, 1), ("hue", hue, 180)]
        where !(value >= 0 && value <= largest) {
            return "\(key) is \(value); 0 to \(Int(largest)) is allowed"
        }
        if !(warp >= 0 && warp <= 0.12) { return "warp is \(warp); 0 to 0.12 is allowed" }
        return nil
    }

    /// Samples the changes of a group. As many random numbers are taken whatever the settings are.
    func sample(using random: inout RandomSource) -> SampledAugmentation {
        let isMirrored = random.uniform() < 0.5 && flip
        func factor(_ strength: Float) -> Float { 1 + strength * random.uniform(in: -1...1) }
        let brightness = factor(self.brightness), contrast = factor(self.contrast), saturation = factor(self.saturation)
        let degrees = Double(rotation * random.uniform(in: -1...1))
        let larger = random.uniform(in: -1...1)
        let size = Double(larger < 0 ? 1 / (1 - larger * scale) : 1 + larger * scale)
        // Positions count halves of the picture.
        let x = Double(2 * shift * random.uniform(in: -1...1)), y = Double(2 * shift * random.uniform(in: -1...1))
        let hue = self.hue * random.uniform(in: -1...1)
        let smooth = SmoothWarp(amplitude: warp, using: &random)
        return SampledAugmentation(
            isMirrored: isMirrored,
            color: ColorChange(brightness: brightness, contrast: contrast, saturation: saturation, hue: hue),
            affine: AffineMap(degrees: degrees, scaleX: size, scaleY: size, shear: 0, shiftX: x, shiftY: y),
            warp: warp > 0 ? smooth : nil)
    }
}
