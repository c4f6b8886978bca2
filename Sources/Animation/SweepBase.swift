import Files
import Media
import Networks
import Tensors

/// What a sweep starts from.
public enum SweepBase: Equatable, Sendable, CustomStringConvertible {
    /// The source's own motion.
    case own
    /// The canonical pose: no motion at all.
    case zero
    /// The motion of another picture, or of a motion file's first frame, by path.
    case file(String)

    /// Reads "own", "zero" or a path.
    public init(_ text: String) {
        switch text {
        case "own": self = .own
        case "zero": self = .zero
        default: self = .file(text)
        }
    }

    public var description: String {
        switch self {
        case .own: return "own"
        case .zero: return "zero"
        case .file(let path): return path
        }
    }

    /// - Parameters:
    ///   - portrait: whose own motion counts.
    ///   - crop: how another picture becomes square, with what finds faces.
    /// - Returns: (1, V).
    /// - Throws: `FileError` (input) when the file cannot be read or its motion has other directions.
    public func motion(_ model: PortraitModel, _ portrait: any EncodedPortrait, crop: CropSettings, faces: FaceSupply) throws -> Tensor {
        switch self {
        case .own: return portrait.motion
        case .zero: return portrait.canonicalMotion
        case .file(let path):
            guard MotionReader.isMotion(path) else {
                let square = try MediaCrop(
                    path, settings: crop, faces: faces, option: "--crop of --base", framing: model.network.framing, \.source)
                return try model.read(square.cut(try Picture.read(path)), square.fit, faces: faces).motion
            }
            let reader = try MotionReader(path), count = portrait.motion.count
            guard reader.header.directions == count, let frame = reader.next() else {
                throw FileError(
                    .input, path,
                    "expected magnitudes of \(count) directions, found \(reader.header.directions); "
                        + "encode the picture again with this model")
            }
            return frame.magnitudes
        }
    }
}
