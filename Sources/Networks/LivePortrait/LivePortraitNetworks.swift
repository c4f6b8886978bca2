import Checkpoints
import Files
import Operators
import Tensors

/// The networks of LivePortrait (Guo et al. 2024, "LivePortrait: Efficient portrait animation with stitching and retargeting control").
public final class LivePortraitNetworks: @unchecked Sendable {
    public let configuration: LivePortraitConfiguration
    public let appearance: AppearanceExtractor
    public let motion: MotionExtractor
    public let warping: WarpingModule
    public let generator: SPADEGenerator
    /// [x_s, x_d] → what is added to x_d's points, and last to every x and every y, so that the portrait joins its surroundings.
    public let stitching: PointNetwork
    /// [x_s, the source's left and right eye ratio, the ratio wanted] → what is added to the points.
    public let eye: PointNetwork
    /// [x_s, the source's lip ratio, the ratio wanted] → what is added to the points.
    public let lip: PointNetwork
    /// Everything that a converted model holds, in the order of its declaration.
    public let parameters: [Parameter]

    /// The published files, without extension: each makes the beginning of its tensors' names.
    public static let files = LivePortraitFile.allCases.map(\.rawValue)

    /// What stands before the files' names in a checkpoint of several files as one, or of a converted model; nil when it holds none of
    /// LivePortrait's tensors.
    ///
    /// - Throws: `FileError` (input) for one of the files alone.
    public static func prefix(in checkpoint: Checkpoint) throws -> String? {
        if let prefix = try checkpoint.prefix(before: files.map { $0 + "." }) { return prefix }
        guard let file = LivePortraitFile.alone(in: checkpoint) else { return nil }
        throw FileError(
            .input, checkpoint.path,
            "holds LivePortrait's \(file.rawValue) alone; name the folder that has all five files: "
                + files.joined(separator: ", ") + " (.pth or .safetensors)")
    }

    /// The networks in a checkpoint, whose measures come from the tensors' shapes. Names are those of the published files, after the
    /// file's name and a dot; those of the authors and of the community's packing are both known.
    ///
    /// - Parameter prefix: what stands before the files' names.
    /// - Throws: `FileError` (input) when a file is absent or holds another's tensors, or measures cannot be; `CheckpointMisfit` with every
    ///   tensor that is missing, misshapen, unknown or not finite.
    public convenience init(_ checkpoint: Checkpoint, prefix: String) throws {
        let own = try LivePortraitFile.checkpoint(checkpoint, prefix: prefix)
        try self.init(LivePortraitConfiguration(own, prefix: ""), ParameterBuilder(own, prefix: ""))
    }

    /// Networks with random weights, for measurements.
    public convenience init(_ configuration: LivePortraitConfiguration, seed: UInt64) {
        // Random weights fit by construction.
        try! self.init(configuration, ParameterBuilder(seed: seed))
    }

    private init(_ configuration: LivePortraitConfiguration, _ builder: ParameterBuilder) throws {
        func scope(_ file: LivePortraitFile) -> ParameterScope { ParameterScope(builder).scope(file.rawValue) }
        self.configuration = configuration
        appearance = AppearanceExtractor(scope(.appearance), configuration)
        motion = MotionExtractor(scope(.motion), configuration)
        generator = SPADEGenerator(scope(.generator), configuration)
        warping = WarpingModule(scope(.warping), configuration)
        stitching = PointNetwork(scope(.stitching).scope("retarget_shoulder"), configuration.stitching)
        lip = PointNetwork(scope(.stitching).scope("retarget_mouth"), configuration.lip)
        eye = PointNetwork(scope(.stitching).scope("retarget_eye"), configuration.eye)
        parameters = builder.parameters
        try builder.finish(wanted: "the complete published files")
    }

    /// The values that the networks learned, file by file in the order of `files`.
    public var parameterCounts: [(file: String, count: Int)] {
        Self.files.map { file in
            (file, parameters.filter { $0.isLearned && $0.name.hasPrefix(file + ".") }.reduce(0) { $0 + $1.value.count })
        }
    }
}
