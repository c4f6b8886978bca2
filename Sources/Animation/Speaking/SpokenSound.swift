import Media
import ModelLibrary
import Networks
import Speech
import Tensors

extension SpokenMotion {
    /// Frames a second.
    private static let framesPerSecond = 25

    /// What a sound says, along the directions of a model that have names of the mouth, with the speech model that is found by its name.
    ///
    /// - Parameters:
    ///   - path: of the sound, or of a video that has some.
    ///   - strength: scales the mouth's motion.
    ///   - idle: how much the head drifts, 0 to 2; 0 for a still head without blinks.
    ///   - seed: which drift and blinks.
    ///   - isPainted: whether the mouth is painted by another network and no direction need open it.
    /// - Throws: `FileError` for the sound, the speech model, or a model without a direction that opens the mouth.
    public init(
        sound path: String, of model: PortraitModel, strength: Float = 1, idle: Float = 1, seed: UInt64 = 1, isPainted: Bool = false
    ) throws {
        let names = try DirectionNames(of: model), ranges = Dictionary(uniqueKeysWithValues: names.controls.map { ($0.number, $0.range) })
        let named = names.entries.compactMap { entry in
            entry.name.map {
                SpeakingControls.Named(name: $0, number: entry.number, range: entry.range ?? ranges[entry.number] ?? -1...1)
            }
        }
        let controls = SpeakingControls(named, count: names.count)
        if !isPainted { try controls.requireMouth(of: model.name) }
        let mouth = try SpeechMouth(ofSound: path, by: SpeechModel.network(SpeechModel.defaultName))
        let drift = IdleMotion(seed: seed, strength: Double(idle)), rate = Double(Self.framesPerSecond)
        let frames = max(1, Int((mouth.duration * rate).rounded(.up)))
        var amounts: [[Float]] = [], still: [[Float]] = [], mouths: [Float] = []
        for frame in 0..<frames {
            let seconds = Double(frame) / rate, now = mouth(at: seconds), pose = drift(at: seconds)
            let shape = (strength * now.open, strength * now.wide, strength * now.pucker)
            amounts.append(controls.amounts(mouth: shape, idle: pose))
            still.append(controls.amounts(mouth: (0, 0, 0), idle: pose))
            mouths += SpeechFeatures.bounded(open: shape.0, wide: shape.1, pucker: shape.2)
        }
        let note =
            controls.missing.isEmpty
            ? nil
            : "\(model.name) has no direction named \(controls.missing.joined(separator: " or ")): the mouth moves along the others alone"
        self.init(
            path: path, origin: mouth.origin, rate: Rational(Self.framesPerSecond, 1), amounts: amounts, idle: still,
            mouths: Tensor(mouths, [frames, 3]), mouth: controls.mouth,
            blinks: idle > 0 ? controls.blinks : [], note: note)
    }
}
