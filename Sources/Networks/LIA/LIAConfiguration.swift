import Checkpoints
import Files

/// The measures of a LIA network, all of which can be read off a checkpoint's tensor shapes.
public struct LIAConfiguration: Equatable, Sendable {
    /// Side of the square pictures: a power of two from 32 to 2048.
    public let size: Int
    /// Channels by resolution, from 4 px to the full size, doubling.
    public let channels: [Int]
    /// Width of the latent code.
    public let code: Int
    /// Number of directions in the motion dictionary, M; without one, of the path's components.
    public let directions: Int
    /// What leads from magnitudes to a path.
    public let dictionary: MotionDictionary.Kind
    /// Whether the generator blends its own features in by masks; else the warped ones are used whole.
    public let masks: Bool
    /// Whether pictures are also read from the generator's own features, where masks are closed (see `ToPaint`). Not in the paper.
    public let paints: Bool

    /// - Precondition: a channel count for every resolution from 4 to `size`, and no more directions than code values; without a
    ///   dictionary as many.
    public init(
        size: Int, channels: [Int], code: Int, directions: Int, dictionary: MotionDictionary.Kind = .orthonormal,
        masks: Bool = true, paints: Bool = false
    ) {
        precondition(size >= 32 && size.nonzeroBitCount == 1, "size \(size)")
        precondition(channels.count == size.trailingZeroBitCount - 1, "\(channels.count) channel counts for \(size) px")
        precondition(directions <= code && (dictionary != .absent || directions == code), "\(directions) directions for \(code)")
        (self.dictionary, self.masks, self.paints) = (dictionary, masks, paints)
        (self.size, self.channels, self.code, self.directions) = (size, channels, code, directions)
    }

    /// The published network: 256 px, 45.1 M parameters in use.
    public static let published256 = LIAConfiguration(
        size: 256, channels: [512, 512, 512, 512, 256, 128, 64], code: 512, directions: 20)

    /// Channels at a resolution.
    public func channels(at resolution: Int) -> Int { channels[resolution.trailingZeroBitCount - 2] }

    /// The resolutions of the feature pyramid and of the generator's levels: 8, 16, … size.
    public var levels: [Int] { (3...size.trailingZeroBitCount).map { 1 << $0 } }

    /// "4:512 8:512 … 256:64".
    public var channelTable: String {
        channels.enumerated().map { "\(4 << $0.offset):\($0.element)" }.joined(separator: " ")
    }

    /// Reads the measures off tensor shapes. Each comes from the first of several tensors that has it, so that a damaged
    /// checkpoint is still measured and its faults can all be listed.
    ///
    /// - Throws: `FileError` (input) when the file holds no LIA network, or one of a size that cannot be.
    init(_ checkpoint: Checkpoint, prefix: String) throws {
        func extent(_ name: String, _ axis: Int) -> Int? {
            guard let shape = checkpoint.entry(prefix + name)?.shape, axis < shape.count else { return nil }
            return shape[axis]
        }
        func largest(_ stem: String) -> Int? {
            checkpoint.entries.compactMap { entry -> Int? in
                guard entry.name.hasPrefix(prefix + stem) else { return nil }
                return Int(entry.name.dropFirst(prefix.count + stem.count).prefix { $0.isNumber })
            }.max()
        }
        let path = checkpoint.path
        // Either half of the network tells the number of levels, in case a tensor of the other is missing.
        let encoderBlocks = largest("enc.net_app.convs."), flows = largest("dec.to_flows.")
        guard let last = [encoderBlocks, flows.map { $0 + 2 }].compactMap({ $0 }).max() else {
            throw FileError(
                .input, path,
                "holds no LIA network: expected tensors such as enc.net_app.convs.0.0.weight and dec.to_flows.0.bias, found "
                    + (checkpoint.entries.first.map { "\(checkpoint.entries.count) tensors such as \($0.name)" }
                        ?? "no tensors"))
        }
        guard (4...10).contains(last) else {
            throw FileError(
                .input, path,
                "its encoder has \(last + 1) blocks, which makes no size from 32 to 2048 px; use a LIA checkpoint")
        }
        let size = 1 << (last + 1)
        let isFree = checkpoint.entry(prefix + "dec.free_direction.weight") != nil
        let stored = isFree ? "dec.free_direction.weight" : "dec.direction.weight"
        let code = extent("enc.fc.0.weight", 0) ?? extent(stored, 0) ?? extent("enc.fc.0.bias", 0)
        let directions = extent("enc.fc.4.weight", 0) ?? extent(stored, 1) ?? extent("enc.fc.4.bias", 0)
        // An MLP as wide as the code needs no dictionary. Otherwise one is missing.
        let isAbsent = !isFree && extent(stored, 0) == nil && directions == code
        let mapPlanes = (0...last - 2).lazy.compactMap {
            extent("dec.to_flows.\($0).bias", 1) ?? extent("dec.to_flows.\($0).conv.weight", 1)
        }.first
        let channels = (2...last + 1).map { level -> Int? in
            // The encoder's block i ends at size/2^i; the generator's level j (8 px is 0) has convolutions 2j and 2j + 1.
            let block = last + 1 - level, generator = level - 3
            let fromEncoder =
                block == 0
                ? extent("enc.net_app.convs.0.0.weight", 0) ?? extent("enc.net_app.convs.0.1.bias", 1)
                : extent("enc.net_app.convs.\(block).conv2.1.weight", 0)
                    ?? extent("enc.net_app.convs.\(block).conv2.2.bias", 1)
            let fromGenerator =
                generator < 0
                ? extent("dec.input.input", 1) : extent("dec.convs.\(2 * generator).activate.bias", 1)
            return fromEncoder ?? fromGenerator
        }
        guard let code, let directions, channels.allSatisfy({ $0 != nil }) else {
            throw FileError(
                .input, path,
                "too little is left of its LIA network to read its measures off; use a complete checkpoint")
        }
        let counts = channels.compactMap { $0 } + [code, directions]
        guard counts.allSatisfy({ (1...16384).contains($0) }), directions <= code else {
            throw FileError(
                .input, path,
                "its measures make no network: channels \(channels.map { $0! }), code \(code), \(directions) directions")
        }
        self.init(
            size: size, channels: channels.map { $0! }, code: code, directions: directions,
            dictionary: isFree ? .free : isAbsent ? .absent : .orthonormal, masks: mapPlanes != 2,
            paints: largest("dec.to_paints.") != nil)
    }
}
