import Animation
import ArgumentParser
import Files
import ModelLibrary
import Networks

/// What a portrait says, instead of a driving video.
struct SpeakingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A sound or video that a source picture speaks with, instead of --driving; - for standard input.", valueName: "file"),
        completion: .file())
    var audio: String?

    @Option(
        help: ArgumentHelp(
            "With --audio: the model that paints the mouth (default: 'dub', where it is among the models and a face is found); none moves it "
                + "along the directions named mouth_open (or jaw), mouth_wide (or smile) and pucker.", valueName: "name|path|none"),
        completion: .file())
    var mouthModel: String?

    @Option(
        help: ArgumentHelp(
            "With --audio: how much the head drifts, 0 to 2; 0 for a still head without blinks (default: 1).", valueName: "factor"))
    var idle: Float?

    @Option(
        help: ArgumentHelp(
            "With --audio: which drift and blinks, a whole number from 0; equal numbers give equal ones (default: 1).", valueName: "number")
    )
    var seed: UInt64?

    /// The options that were given and concern what is between the words.
    var ofSpeech: [String] {
        (mouthModel == nil ? [] : ["--mouth-model"]) + (idle == nil ? [] : ["--idle"]) + (seed == nil ? [] : ["--seed"])
    }

    func validate() throws {
        if let idle, !(0...2).contains(idle) { throw ValidationError("--idle wants a number from 0 to 2.") }
        if audio == nil, let first = ofSpeech.first { throw ValidationError("\(first) is for speech: pass --audio, or leave it out.") }
    }

    /// The motion of the speech.
    ///
    /// - Throws: as `SpokenMotion(sound:of:strength:idle:seed:isPainted:)`.
    func motion(_ path: String, strength: Float, of model: PortraitModel, isPainted: Bool) throws -> SpokenMotion {
        try SpokenMotion(sound: path, of: model, strength: strength, idle: idle ?? 1, seed: seed ?? 1, isPainted: isPainted)
    }

    /// What paints the mouth; nil where it moves along directions.
    ///
    /// - Throws: `FileError` (input) for a model that is named and paints no mouths that speak.
    func painter() throws -> PortraitModel? {
        if mouthModel == "none" { return nil }
        guard let model = try mouthModel.map(ModelLocator.model) ?? ModelLocator.dubbingModel() else { return nil }
        guard try model.audioDriven.sound == .mouth else {
            throw FileError(.input, model.name, "hears letters, and a picture speaks by what mouths do; choose a model that hears mouths")
        }
        return model
    }
}
