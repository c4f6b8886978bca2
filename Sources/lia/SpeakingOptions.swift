import Animation
import ArgumentParser
import Files
import Media
import ModelLibrary
import Networks
import Speech

/// What a portrait says, instead of a driving video.
struct SpeakingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A sound or video that a source picture speaks with, instead of --driving: the mouth moves along the directions named mouth_open "
                + "(or jaw), mouth_wide (or smile) and pucker.", valueName: "file"),
        completion: .file())
    var audio: String?

    @Option(help: ArgumentHelp("With --audio: how much the head drifts, 0 to 2; 0 for a still head without blinks.", valueName: "factor"))
    var idle: Float?

    @Option(help: ArgumentHelp("With --audio: which drift and blinks; equal numbers give equal ones.", valueName: "number"))
    var seed: UInt64?

    /// The options that were given and concern what is between the words.
    var ofSpeech: [String] { (idle == nil ? [] : ["--idle"]) + (seed == nil ? [] : ["--seed"]) }

    /// Frames a second.
    private static let rate = 25

    func validate() throws {
        if let idle, !(0...2).contains(idle) { throw ValidationError("--idle wants a number from 0 to 2.") }
        if audio == nil, let first = ofSpeech.first { throw ValidationError("\(first) is for speech: pass --audio, or leave it out.") }
    }

    /// The motion of the speech.
    ///
    /// - Parameters:
    ///   - path: of the sound.
    ///   - strength: scales the mouth's motion.
    /// - Throws: `FileError` for the sound, the speech model, or a model without a direction that opens the mouth.
    func motion(_ path: String, strength: Float, of model: PortraitModel) throws -> SpokenMotion {
        let names = try DirectionNames(of: model), ranges = Dictionary(uniqueKeysWithValues: names.controls.map { ($0.number, $0.range) })
        let named = names.entries.compactMap { entry in
            entry.name.map {
                SpeakingControls.Named(name: $0, number: entry.number, range: entry.range ?? ranges[entry.number] ?? -1...1)
            }
        }
        let controls = try SpeakingControls(named, count: names.count, model: model.name)
        let mouth = try SpeechMouth(ofSound: path, by: SpeechModel.network(SpeechModel.defaultName))
        let idle = IdleMotion(seed: seed ?? 1, strength: Double(idle ?? 1)), rate = Double(Self.rate)
        let frames = max(1, Int((mouth.duration * rate).rounded(.up)))
        let amounts = (0..<frames).map { frame in
            let seconds = Double(frame) / rate, now = mouth(at: seconds)
            return controls.amounts(
                mouth: (strength * now.open, strength * now.wide, strength * now.pucker), idle: idle(at: seconds))
        }
        let note =
            controls.missing.isEmpty
            ? nil
            : "\(model.name) has no direction named \(controls.missing.joined(separator: " or ")): the mouth moves along the others alone"
        return SpokenMotion(path: path, origin: mouth.origin, rate: Rational(Self.rate, 1), amounts: amounts, note: note)
    }
}
