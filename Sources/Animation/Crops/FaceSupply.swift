import Faces
import Files

/// Whether faces can be found, and by what.
public enum FaceSupply: Sendable {
    /// Nobody looks for faces: pictures are cropped around their middle.
    case none
    /// The networks are not here; says so and how they are brought.
    case absent(FileError)
    case finder(FaceFinder)

    /// The networks of the first of some folders of models that has them.
    ///
    /// - Throws: `FileError` (input) when a file is damaged or another network.
    public init(amongModels folders: [String]) throws {
        guard let folder = FaceFinder.folder(amongModels: folders) else {
            self = .absent(FaceFinder.absent())
            return
        }
        self = .finder(try FaceFinder(folder: folder))
    }

    /// The finder, for what cannot be done without it.
    ///
    /// - Throws: `FileError` (input).
    func required() throws -> FaceFinder {
        switch self {
        case .none: throw FaceFinder.absent()
        case .absent(let error): throw error
        case .finder(let finder): return finder
        }
    }
}
