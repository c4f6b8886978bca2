import Checkpoints

/// The measures of LivePortrait's networks, all of which can be read off their tensors' shapes.
public struct LivePortraitConfiguration: Equatable, Sendable {
    /// Channels of F's planes, doubling while the resolution halves.
    public var appearance: [Int]
    /// Channels and depth of the feature volume, and the residual blocks that end F.
    public var volumeChannels, depth, volumeBlocks: Int
    /// Channels and blocks of M's stages.
    public var motionWidths, motionBlocks: [Int]
    /// Key points, and intervals that an angle is divided into.
    public var points, bins: Int
    /// Channels of the compressed volume that W moves by hypotheses.
    public var compressed: Int
    /// Channels of the hourglass on its way down and up.
    public var encoder, decoder: [Int]
    /// Channels of the label map, and of what leads to it.
    public var labels, labelsBefore: Int
    /// Channels of G's middle blocks, how many those are, and the channels after each doubling.
    public var generator, middleBlocks: Int
    public var doubled: [Int]
    /// Channels between a label map and its modulation.
    public var modulation: Int
    /// How much larger than G's last features the picture is, 1 or 2.
    public var upscale: Int
    /// Values in and between the layers of the three point networks.
    public var stitching, eye, lip: [Int]

    /// The published networks: 256 px in, 512 px out.
    public static let published = LivePortraitConfiguration(
        appearance: [64, 128, 256], volumeChannels: 32, depth: 16, volumeBlocks: 6, motionWidths: [96, 192, 384, 768],
        motionBlocks: [3, 3, 9, 3], points: 21, bins: 66, compressed: 4, encoder: [64, 128, 256, 512, 1024],
        decoder: [512, 256, 128, 64, 32], labels: 256, labelsBefore: 256, generator: 512, middleBlocks: 6, doubled: [256, 64],
        modulation: 128, upscale: 2, stitching: [126, 128, 128, 64, 65], eye: [66, 256, 256, 128, 128, 64, 63],
        lip: [65, 128, 128, 64, 63])

    /// What the hourglass reads: for every hypothesis the compressed features and its point's Gaussians.
    var hourglassInputs: Int { (points + 1) * (compressed + 1) }

    /// What the hourglass makes.
    var hourglassOutputs: Int { decoder.last! + hourglassInputs }

    /// Side of the pictures that F and M read, in pixels. The hourglass halves the features, of a quarter of that side, down to 2×2.
    public var inputSize: Int { 8 << encoder.count }

    /// Side of the pictures that G makes, in pixels.
    public var outputSize: Int { inputSize * upscale }
}

extension LivePortraitConfiguration {
    /// Reads the measures off the shapes of tensors that are called as the published files call them, after the file's name and a dot.
    ///
    /// - Throws: `FileError` (input) when a measure cannot be read, or cannot be.
    init(_ checkpoint: Checkpoint, prefix: String) throws {
        let shapes = CheckpointShapes(checkpoint, prefix: prefix, title: "LivePortrait")
        let (f, m) = ("appearance_feature_extractor.", "motion_extractor.detector.")
        let (w, g) = ("warping_module.dense_motion_network.", "spade_generator.")
        let s = "stitching_retargeting_module."
        func pointLayers(_ group: String) throws -> [Int] {
            let stem = s + group + ".mlp.", last = shapes.count(stem)
            return try [shapes.extent(stem + "0.weight", 1)]
                + stride(from: 0, to: last, by: 2).map { try shapes.extent("\(stem)\($0).weight", 0) }
        }
        let volumeChannels = try shapes.extent(f + "resblocks_3d.3dr0.conv1.weight", 0)
        let planes = try shapes.extent(f + "second.weight", 0)
        guard planes % volumeChannels == 0 else {
            throw shapes.impossible("\(planes) planes of features in \(volumeChannels) channels")
        }
        let stages = shapes.count(m + "stages."), isShuffled = checkpoint.entry(prefix + g + "conv_img.0.weight") != nil
        let colors = try shapes.extent(g + (isShuffled ? "conv_img.0.weight" : "conv_img.weight"), 0)
        guard colors == (isShuffled ? 12 : 3) else { throw shapes.impossible("\(colors) planes make no picture") }
        let expression = try shapes.extent(m + "fc_kp.weight", 0)
        guard expression % 3 == 0 else { throw shapes.impossible("\(expression) coordinates of points") }
        self.init(
            appearance: try [shapes.extent(f + "first.conv.weight", 0)]
                + (0..<shapes.count(f + "down_blocks.")).map { try shapes.extent(f + "down_blocks.\($0).conv.weight", 0) },
            volumeChannels: volumeChannels, depth: planes / volumeChannels, volumeBlocks: shapes.count(f + "resblocks_3d.3dr"),
            motionWidths: try (0..<stages).map { try shapes.extent(m + "stages.\($0).0.dwconv.weight", 0) },
            motionBlocks: (0..<stages).map { shapes.count(m + "stages.\($0).") }, points: expression / 3,
            bins: try shapes.extent(m + "fc_pitch.weight", 0), compressed: try shapes.extent(w + "compress.weight", 0),
            encoder: try (0..<shapes.count(w + "hourglass.encoder.down_blocks.")).map {
                try shapes.extent(w + "hourglass.encoder.down_blocks.\($0).conv.weight", 0)
            },
            decoder: try (0..<shapes.count(w + "hourglass.decoder.up_blocks.")).map {
                try shapes.extent(w + "hourglass.decoder.up_blocks.\($0).conv.weight", 0)
            }, labels: try shapes.extent("warping_module.fourth.weight", 0),
            labelsBefore: try shapes.extent("warping_module.third.conv.weight", 0), generator: try shapes.extent(g + "fc.weight", 0),
            middleBlocks: shapes.count(g + "G_middle_"),
            doubled: try (0..<2).map { try shapes.extent(g + "up_\($0).conv_1.bias", 0) },
            modulation: try shapes.extent(g + "G_middle_0.norm_0.mlp_shared.0.weight", 0), upscale: isShuffled ? 2 : 1,
            stitching: try pointLayers("retarget_shoulder"), eye: try pointLayers("retarget_eye"), lip: try pointLayers("retarget_mouth"))
        guard !motionWidths.isEmpty, !encoder.isEmpty, encoder.count == decoder.count, (1...6).contains(encoder.count), middleBlocks > 0
        else {
            throw shapes.impossible(
                "\(motionWidths.count) stages, \(encoder.count) and \(decoder.count) levels, \(middleBlocks) middle blocks")
        }
    }
}
