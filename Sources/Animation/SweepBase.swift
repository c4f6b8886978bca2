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
    ///   - source: whose own motion counts.
    ///   - fit: how another picture becomes square.
    /// - Returns: (1, M).
    /// - Throws: `FileError` (input) when the file cannot be read or its motion has other directions.
    public func magnitudes(_ network: LIA, source: LIA.Source, fit: Fit) throws -> Tensor {
        switch self {
        case .own: return source.magnitudes
        case .zero: return Tensor(zeros: source.magnitudes.shape)
        case .file(let path):
            guard MotionReader.isMotion(path) else {
                return network.encode(driving: Tensor(try Picture.read(path).fitted(toSquare: network.size, fit)))
            }
            let reader = try MotionReader(path)
            guard reader.header.directions == source.magnitudes.count, let frame = reader.next() else {
                throw FileError(
                    .input, path,
                    "expected magnitudes of \(source.magnitudes.count) directions, found \(reader.header.directions); "
                        + "encode the picture again with this model")
            }
            return frame.magnitudes
        }
    }
}
