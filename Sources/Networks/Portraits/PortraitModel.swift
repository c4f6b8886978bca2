import Files
import Tensors

/// A network as it is used: under a name, and with or without its portraits' detail.
public struct PortraitModel: Sendable {
    /// What reports and files call it.
    public let name: String
    public let network: any PortraitNetwork
    /// Whether portraits are encoded with their detail (see `DetailedPortrait`); false for a network that cannot carry it.
    public var usesDetail: Bool {
        didSet { usesDetail = usesDetail && DetailedPortrait.isPossible(on: network) }
    }
    /// The checkpoint that the network was read from; nil for a network made in memory.
    public let checkpoint: String?
    /// The model's folder; nil for a bare checkpoint.
    public let folder: String?
    /// What paints the mouths of portraits again that are encoded with their detail, where faces can be found; nil for nothing.
    public var refiner: MouthRefiner?

    public init(
        name: String, network: any PortraitNetwork, usesDetail: Bool = false, checkpoint: String? = nil, folder: String? = nil
    ) {
        (self.name, self.network, self.checkpoint, self.folder) = (name, network, checkpoint, folder)
        self.usesDetail = usesDetail && DetailedPortrait.isPossible(on: network)
    }

    /// What the model and its refiner were read from: the model's folder, or the bare checkpoint; none for a network made in memory.
    public var files: [String] { [folder, checkpoint, refiner?.path].compactMap { $0 } }

    /// The model under another name.
    public func named(_ name: String) -> PortraitModel {
        var model = PortraitModel(name: name, network: network, usesDetail: usesDetail, checkpoint: checkpoint, folder: folder)
        model.refiner = refiner
        return model
    }

    /// The network, where it paints the mouths of portraits that another network animates.
    ///
    /// - Throws: `FileError` (input) for a network that does something else.
    public var mouthRefiner: MouthRefiner {
        get throws {
            if let network = network as? MouthRefiner { return network }
            throw FileError(
                .input, name,
                "is of the family \(type(of: network).title), which paints no mouths of animated portraits; choose a model that does, such as "
                    + "refiner")
        }
    }

    /// The network, where the frames of a video can drive it.
    ///
    /// - Throws: `FileError` (input) for a network that is driven otherwise.
    public var videoDriven: any VideoDriven {
        get throws {
            if let network = network as? any VideoDriven { return network }
            try requirePortraits()
            throw FileError(.input, name, "is not driven by the frames of a video; choose a model that is (see 'lia models')")
        }
    }

    /// The network, where it dubs videos.
    ///
    /// - Throws: `FileError` (input) for a network that does something else.
    public var audioDriven: any AudioDriven {
        get throws {
            if let network = network as? any AudioDriven { return network }
            throw FileError(
                .input, name,
                "is of the family \(type(of: network).title), which dubs no videos; choose a model that does, such as dub")
        }
    }

    /// - Throws: `FileError` (input) for a network that dubs videos, or paints mouths, and poses no portraits.
    package func requirePortraits() throws {
        if network is MouthRefiner { throw MouthRefiner.posesNone(name) }
        guard network is any AudioDriven else { return }
        throw FileError(
            .input, name, "is of the family \(type(of: network).title), which dubs videos and poses no portraits; use it with 'lia dub'")
    }

    /// Encodes a portrait. With detail, of which none is colored in a black-and-white picture, its poses are black and white, too.
    ///
    /// - Parameters:
    ///   - picture: (1, 3, inputSize, inputSize), RGB in [−1, 1].
    ///   - detail: (1, 3, S, S), the same picture with S ≥ outputSize, for a model that uses detail.
    ///   - opening: how far eyes and lips are open; nil where that is not known.
    public func encode(_ picture: Tensor, detail: Tensor, opening: FaceOpening? = nil) throws -> any EncodedPortrait {
        try requirePortraits()
        let portrait = try network.encode(picture, opening: opening)
        guard usesDetail else { return portrait }
        return Self.grayed(DetailedPortrait(portrait, of: detail, network: network), as: detail)
    }

    /// A portrait whose poses are black and white where its source, (1, 3, H, W), is.
    package static func grayed(_ portrait: any EncodedPortrait, as source: Tensor) -> any EncodedPortrait {
        GrayPortrait.isGray(source) ? GrayPortrait(portrait) : portrait
    }
}
