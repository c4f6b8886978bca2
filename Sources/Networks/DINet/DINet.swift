import Checkpoints
import Files
import Tensors

/// DINet (Zhang, Hu, Deng, Fan, Lv and Ding 2023): dubs the video of a talking head to other speech.
public final class DINet: AudioDriven, @unchecked Sendable {
    public static let family = "dinet"
    public static let title = DINetConfiguration.title
    public static let signature = "tensors such as ref_in_conv.0.conv.weight and adaAT.scale.0.weight"

    public let generator: DINetGenerator
    /// What no tensor tells: the network reads pictures of any size.
    private let values: DINetSettings

    /// - Throws: `FileError` (input) for its SyncNet alone.
    public static func prefix(in checkpoint: Checkpoint) throws -> String? {
        if let prefix = try checkpoint.prefix(before: ["ref_in_conv.0."]) { return prefix }
        guard checkpoint.entries.contains(where: { $0.name.contains("face_encoder.face_conv.") }) else { return nil }
        throw FileError(
            .input, checkpoint.path, "holds DINet's SyncNet, with which DINet is trained; dubbing needs clip_training_DINet_256mouth.pth")
    }

    public convenience init(_ checkpoint: Checkpoint, prefix: String) throws { try self.init(checkpoint, prefix: prefix, settings: [:]) }

    public static var settings: [String] { DINetSettings.names }

    public init(_ checkpoint: Checkpoint, prefix: String, settings: [String: String]) throws {
        generator = try DINetGenerator(checkpoint, prefix: prefix)
        let soundValues = generator.configuration.soundValues
        var values = DINetSettings(soundValues: soundValues)
        try values.read(beside: checkpoint.path)
        for (name, text) in settings.sorted(by: { $0.key < $1.key }) { try values.set(name, text, path: checkpoint.path) }
        if let problem = values.problem(soundValues: soundValues) { throw FileError(.input, checkpoint.path, problem) }
        self.values = values
    }

    /// - Precondition: the generator reads as many values a row as `sound` has.
    public init(_ generator: DINetGenerator, mouthSize: Int, sound: SpokenSound) {
        precondition(generator.configuration.soundValues == sound.values, "\(generator.configuration.soundValues) values of \(sound)")
        (self.generator, values) = (generator, DINetSettings(mouthSize: mouthSize, sound: sound))
    }

    private var configuration: DINetConfiguration { generator.configuration }

    public var mouthSize: Int { values.mouthSize }
    /// Whether the model says so itself, and not its authors.
    public var statesMouthSize: Bool { values.statesMouthSize }
    public var sound: SpokenSound { values.sound }
    public var inputSize: Int { mouthSize }
    public var outputSize: Int { mouthSize }
    public var parameters: [Parameter] { generator.parameters }
    public var referenceCount: Int { configuration.references }
    public var soundValues: Int { configuration.soundValues }
    public var soundRows: Int { 5 }
    public var movesReference: Bool { configuration.skips }

    public var authorsCheckpoint: [CheckpointMember]? {
        // Their network has no skips.
        configuration.skips ? nil : [CheckpointMember(key: "net_g", tensors: parameters.map { ($0.name, $0.value) })]
    }

    public var measures: [NetworkMeasure] {
        let c = configuration
        return [
            NetworkMeasure("mouth_size", .number(mouthSize), text: "a mouth of \(mouthSize)×\(mouthSize) px is painted"),
            NetworkMeasure("sound", .text(sound.rawValue), text: nil),
            NetworkMeasure(
                "references", .number(c.references),
                text: "\(c.references) pictures of the person, and \(soundRows) rows of \(c.soundValues) values of what is heard "
                    + "(\(sound.rawValue))"),
            NetworkMeasure("sound_values", .number(c.soundValues), text: nil),
            NetworkMeasure(
                "channels", .number(c.encoder[2]),
                text: "\(c.encoder.map(String.init).joined(separator: ", ")) in the encoders, \(c.comparison) where they are compared, "
                    + "\(c.sound) for sound, \(c.decoder) in the decoder"),
            NetworkMeasure(
                "skips", .flag(c.skips),
                text: c.skips ? "the decoder reads the encoders' larger maps and the code, and warps the first reference" : nil),
            NetworkMeasure("comparison_channels", .number(c.comparison), text: nil),
            NetworkMeasure("decoder_channels", .number(c.decoder), text: nil),
            NetworkMeasure("sound_channels", .number(c.sound), text: nil),
        ]
    }

    public func prepare(references: Tensor) -> any DubbedFace {
        precondition(references.shape.count == 4 && references.shape[1] == 3 * referenceCount, "references \(references.shape)")
        return Face(generator: generator, references: generator.prepare(references))
    }

    private struct Face: DubbedFace {
        let generator: DINetGenerator
        let references: DINetGenerator.References

        func paint(_ masked: Tensor, sound: Tensor) -> MouthPainting { generator.paint(masked, references, sound: sound) }
    }
}
