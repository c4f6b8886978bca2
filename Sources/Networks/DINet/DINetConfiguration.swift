import Checkpoints
import Files

/// The measures of DINet's network, all of which the shapes of its checkpoint's tensors tell.
public struct DINetConfiguration: Equatable, Sendable {
    /// Channels of the encoders of pictures, from the full size down by halves: three.
    public var encoder: [Int]
    /// How many reference pictures are read together.
    public var references: Int
    /// Channels of the comparison of source and references, and of the decoder.
    public var comparison, decoder: Int
    /// Values of a row of sound features, and channels of their encoder.
    public var soundValues, sound: Int
    /// Values between the code and the channels' maps.
    public var hidden: Int
    /// Residual blocks before the maps and after them.
    public var appearanceBlocks: Int
    /// Whether the decoder also reads the encoders' larger maps and the code, and lays the first reference, warped by a flow, under what it paints
    /// as a mask says (as LIA's generator does); and whether a mouth's numbers are drawn into the square (`MouthSketch`). Not in the paper: small networks else learn for very long to carry a face through the smallest maps.
    public var skips: Bool

    public init(
        encoder: [Int], references: Int, comparison: Int, decoder: Int, soundValues: Int, sound: Int, hidden: Int, appearanceBlocks: Int,
        skips: Bool = false
    ) {
        precondition(encoder.count == 3 && references > 0 && appearanceBlocks > 0, "\(encoder), \(references), \(appearanceBlocks)")
        (self.encoder, self.references, self.comparison, self.decoder) = (encoder, references, comparison, decoder)
        (self.soundValues, self.sound, self.hidden, self.appearanceBlocks) = (soundValues, sound, hidden, appearanceBlocks)
        self.skips = skips
    }

    /// The published network.
    public static let published = DINetConfiguration(
        encoder: [64, 128, 256], references: 5, comparison: 128, decoder: 128, soundValues: 29, sound: 128, hidden: 256, appearanceBlocks: 4
    )

    static let title = "DINet"

    /// - Throws: `FileError` (input) when a measure cannot be read, or cannot be.
    public init(_ checkpoint: Checkpoint, prefix: String) throws {
        let shapes = CheckpointShapes(checkpoint, prefix: prefix, title: Self.title)
        let colors = try shapes.extent("ref_in_conv.0.conv.weight", 1)
        guard colors % 3 == 0 else { throw shapes.impossible("ref_in_conv.0.conv.weight reads \(colors) channels, no multiple of 3") }
        self.init(
            encoder: try (0..<3).map { try shapes.extent("source_in_conv.\($0).conv.weight", 0) }, references: colors / 3,
            comparison: try shapes.extent("trans_conv.0.conv.weight", 0), decoder: try shapes.extent("out_conv.0.conv.weight", 0),
            soundValues: try shapes.extent("audio_encoder.0.conv.weight", 1), sound: try shapes.extent("audio_encoder.0.conv.weight", 0),
            hidden: try shapes.extent("adaAT.commn_linear.0.weight", 0),
            appearanceBlocks: max(1, shapes.count("appearance_conv_list.0.")), skips: shapes.count("skip_conv.") > 0)
        guard encoder[2] >= 2 else { throw shapes.impossible("source_in_conv.2.conv.weight makes one channel") }
    }
}
