import Files
import Tensors

/// A network that dubs videos: it paints the mouth of every frame anew, as sound demands, from reference pictures of the same person. It
/// poses no portraits and has no controls.
public protocol AudioDriven: PortraitNetwork {
    /// How many reference pictures it reads together.
    var referenceCount: Int { get }

    /// The side of the mouth's square that it was trained for, in pixels.
    var mouthSize: Int { get }

    /// What its rows of sound features are.
    var sound: SpokenSound { get }

    /// Values of a row of sound features.
    var soundValues: Int { get }

    /// How many rows around a frame it reads, an odd number; the frame's own is in the middle.
    var soundRows: Int { get }

    /// Whether what it paints shows, in part, its first reference, moved.
    var movesReference: Bool { get }

    /// - Parameter references: (1, 3·referenceCount, H, W), RGB in [0, 1], picture after picture; H and W multiples of 4.
    func prepare(references: Tensor) -> any DubbedFace
}

/// A person whose reference pictures were read once, and whose mouth can be painted any number of times.
public protocol DubbedFace: Sendable {
    /// - Parameters:
    ///   - masked: (1, 3, H, W), RGB in [0, 1], 0 where the mouth is to be painted.
    ///   - sound: (1, soundValues, soundRows).
    func paint(_ masked: Tensor, sound: Tensor) -> MouthPainting
}

/// A painted mouth, and how far it is a reference that was moved.
public struct MouthPainting: Sendable {
    /// (N, 3, H, W), RGB in (0, 1).
    public package(set) var picture: Tensor
    /// (N, 2, H, W) and (N, 1, H, W), as in `Warp`: where each place shows the first reference, and how much of it; nil for a network that
    /// paints everything anew.
    public let flow, mask: Tensor?

    package init(picture: Tensor, flow: Tensor?, mask: Tensor?) { (self.picture, self.flow, self.mask) = (picture, flow, mask) }
}

extension AudioDriven {
    public var motionCount: Int { 0 }
    public var controls: [Control] { [] }
    public var views: [View] { [] }

    /// - Throws: `FileError` (input), always.
    public func encode(_ picture: Tensor) throws -> any EncodedPortrait {
        throw FileError(.input, Self.title, "dubs videos and poses no portraits; use it with 'lia dub'")
    }
}
