import Animation
import ArgumentParser
import ModelLibrary
import Networks

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

    func validate() throws {
        if let idle, !(0...2).contains(idle) { throw ValidationError("--idle wants a number from 0 to 2.") }
        if audio == nil, let first = ofSpeech.first { throw ValidationError("\(first) is for speech: pass --audio, or leave it out.") }
    }

    /// The motion of the speech.
    ///
    /// - Throws: as `SpokenMotion(sound:of:strength:idle:seed:)`.
    func motion(_ path: String, strength: Float, of model: PortraitModel) throws -> SpokenMotion {
        try SpokenMotion(sound: path, of: model, strength: strength, idle: idle ?? 1, seed: seed ?? 1)
    }
}
