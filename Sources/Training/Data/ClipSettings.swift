/// Settings of data that all families share which learn from clips: how frames vary, and what is held out.
public protocol ClipSettings: SettingTable {
    var flip: Setting<Bool> { get }
    var color: Setting<Double> { get }
    var rotation: Setting<Double> { get }
    var scale: Setting<Double> { get }
    var shift: Setting<Double> { get }
    var hue: Setting<Double> { get }
    var warp: Setting<Double> { get }
    var validation: Setting<Double> { get }
    var validationClips: Setting<String> { get }
}

extension SettingGroup where Table: ClipSettings {
    /// How frames vary.
    public var augmentation: Augmentation {
        let color = Float(self.color)
        return Augmentation(
            flip: self.flip, brightness: color, contrast: color, saturation: color, rotation: Float(self.rotation),
            scale: Float(self.scale), shift: Float(self.shift), hue: Float(self.hue), warp: Float(self.warp))
    }

    /// Which clips are held out.
    public var split: ValidationSplit {
        let names = self.validationClips
        return names.isEmpty ? .fraction(self.validation) : .names(names.split(separator: ",").map(String.init))
    }
}
