import Checkpoints
import Operators
import Tensors

/// Scores how real pictures look place by place, alone or five frames together (Zhang et al. 2023, section 3.3).
public final class DINetDiscriminator: @unchecked Sendable {
    public let parameters: [Parameter]
    private let blocks: [DiscriminatorBlock]
    private let score: DiscriminatorConvolution

    /// One of the discriminators of a training checkpoint.
    ///
    /// - Parameter member: its key there, "net_dI" or "net_dV".
    /// - Throws: `FileError` (input) when it holds no such network; `CheckpointMisfit`.
    public convenience init(_ checkpoint: Checkpoint, member: String) throws {
        let own = checkpoint.under(try checkpoint.prefix(before: ["\(member).module.down_blocks.", "\(member).down_blocks."]) ?? "")
        let prefix = own.entry("\(member).module.conv.weight") == nil ? "\(member)." : "\(member).module."
        let shapes = CheckpointShapes(own, prefix: prefix, title: "DINet discriminator")
        let count = max(1, shapes.count("down_blocks."))
        try self.init(
            inputs: shapes.extent("down_blocks.0.conv.weight", 1),
            widths: (0..<count).map { try shapes.extent("down_blocks.\($0).conv.weight", 0) }, ParameterBuilder(own, prefix: prefix))
    }

    /// A network with random weights: the first block has twice as many channels as `channels`, each doubles them up to `most`.
    ///
    /// - Parameters:
    ///   - inputs: 3 for a picture, 15 for five.
    ///   - prefix: what the names of its parameters begin with, where there are several.
    public convenience init(
        inputs: Int, channels: Int = 64, most: Int = 256, blocks: Int = 4, seed: UInt64, prefix: String = ""
    ) {
        let widths = (0..<blocks).map { min(most, channels << ($0 + 1)) }
        // Random weights fit by construction.
        try! self.init(inputs: inputs, widths: widths, ParameterBuilder(seed: seed), prefix: prefix)
    }

    private init(inputs: Int, widths: [Int], _ builder: ParameterBuilder, prefix: String = "") throws {
        let scope = ParameterScope(builder, prefix: prefix)
        blocks = widths.indices.map { index in
            DiscriminatorBlock(
                scope.scope("down_blocks").scope(index), from: index == 0 ? inputs : widths[index - 1], to: widths[index],
                isNormalized: false, isHalving: index < widths.count - 1, isSpectral: false)
        }
        score = DiscriminatorConvolution(scope.scope("conv"), from: widths[widths.count - 1], to: 1, kernel: 1, isSpectral: false)
        parameters = builder.parameters
        try builder.finish(wanted: "a complete training checkpoint of DINet")
    }

    /// (N, inputs, H, W), in [0, 1] → (N, 1, h, w), near 1 for what looks real, near 0 for what does not.
    public func callAsFunction(_ pictures: Tensor) -> Tensor { score(blocks.reduce(pictures) { $1($0) }) }
}
