import Checkpoints
import Tensors

/// A family of portrait animators: a network that encodes a portrait, which then knows how to be posed.
///
/// A family is listed once, in `ModelLibrary.families`; nothing else names it.
public protocol PortraitNetwork: AnyObject, Sendable {
    /// The family's name in model.json: "lia".
    static var family: String { get }

    /// The family's name in prose: "LIA".
    static var title: String { get }

    /// What tells its checkpoints from others, for messages: "tensors such as enc.net_app.convs.0.0.weight".
    static var signature: String { get }

    /// The files that the family's networks are published in, without folder and extension, where one network takes several: each makes
    /// the beginning of its tensors' names, "motion_extractor.". None where a network is one file.
    static var files: [String] { get }

    /// What stands before the names of the family's tensors in a checkpoint, such as "gen."; nil when the checkpoint is not of this
    /// family. Reads names and shapes only.
    static func prefix(in checkpoint: Checkpoint) throws -> String?

    /// The network among the tensors of a checkpoint whose names begin with `prefix`; its measures come from their shapes.
    ///
    /// - Throws: `FileError` when its measures cannot be, `CheckpointMisfit` with every tensor that is missing, misshapen, unknown or
    ///   not finite.
    init(_ checkpoint: Checkpoint, prefix: String) throws

    /// What the family computes with and no tensor tells, by names that 'lia convert --set' takes; none where the tensors tell all.
    static var settings: [String] { get }

    /// The network with other settings than its files say.
    ///
    /// - Parameter settings: values as people write them, by their names among `Self.settings`.
    /// - Throws: as `init(_:prefix:)`, and `FileError` for a value that cannot be.
    init(_ checkpoint: Checkpoint, prefix: String, settings: [String: String]) throws

    /// Side of the square pictures that it reads, in pixels.
    var inputSize: Int { get }

    /// Side of the square pictures that it makes, in pixels.
    var outputSize: Int { get }

    /// V, how many values a motion has.
    var motionCount: Int { get }

    /// What model.json and `lia inspect` say of the network.
    var measures: [NetworkMeasure] { get }

    /// Everything that checkpoints hold of it, in the order of its declaration.
    var parameters: [Parameter] { get }

    /// What can be moved: what edits, sliders and sweeps offer, number 1 first.
    var controls: [Control] { get }

    /// What can be looked at while a picture is made.
    var views: [View] { get }

    /// How faces are cut out and put back; nil where the program's own way serves.
    var framing: Framing? { get }

    /// Whether it is of use to it how far eyes and lips are open.
    var readsOpenings: Bool { get }

    /// - Parameter picture: (1, 3, inputSize, inputSize), RGB in [−1, 1].
    func encode(_ picture: Tensor) throws -> any EncodedPortrait

    /// - Parameters:
    ///   - picture: (1, 3, inputSize, inputSize), RGB in [−1, 1].
    ///   - opening: how far eyes and lips are open in it; nil where that is not known.
    func encode(_ picture: Tensor, opening: FaceOpening?) throws -> any EncodedPortrait
}

extension PortraitNetwork {
    public var framing: Framing? { nil }

    public var readsOpenings: Bool { false }

    public func encode(_ picture: Tensor, opening: FaceOpening?) throws -> any EncodedPortrait { try encode(picture) }

    public static var files: [String] { [] }

    public static var settings: [String] { [] }

    public init(_ checkpoint: Checkpoint, prefix: String, settings: [String: String]) throws {
        precondition(settings.isEmpty, "\(Self.family) has no settings")
        try self.init(checkpoint, prefix: prefix)
    }

    /// How many values of the network are learned.
    public var parameterCount: Int { parameters.filter(\.isLearned).reduce(0) { $0 + $1.value.count } }

    /// The first view of a kind; nil where the family shows none.
    public func view(_ kind: View.Kind) -> View? { views.first { $0.kind == kind } }
}
