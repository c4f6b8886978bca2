import Animation
import ArgumentParser
import Faces
import Media
import ModelLibrary
import Networks

/// Which part of the source's pictures is worked on, and where the result goes.
struct CropOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The square to work on: face (around it; of a video one square), follow (wherever the face goes), centre, none (the whole "
                + "picture, made square as --fit says), or a middle and side in pixels and a turn in degrees: x,y,side[,angle] (default: "
                + "face where one is found, else centre).", valueName: "square"),
        completion: .list(CropChoice.names), transform: CropChoice.read)
    var crop: CropChoice?

    @Option(
        help: ArgumentHelp(
            "Which face, where there are several: a number as 'lia faces' lists them, largest, left, right, or all (default: largest).",
            valueName: "face"),
        completion: .list(FaceChoice.names), transform: FaceChoice.read)
    var face: FaceChoice?

    @Option(help: "How the whole of a picture that is not square becomes so (default: crop; with --crop none stretch).")
    var fit: Fit?

    @Option(
        help: ArgumentHelp("The folder of the networks that find faces (default: 'faces' among the models).", valueName: "folder"),
        completion: .directory)
    var facesModel: String?

    func validate() throws {
        if face != nil, !CropSettings(choice).usesFaces {
            throw ValidationError("--face chooses the face to crop around: leave it out, or pass --crop face or follow without --fit.")
        }
        if fit != nil, let crop {
            switch crop {
            case .whole: break
            case .centre where fit == .crop: break
            default: throw ValidationError("--fit is for whole pictures: leave it out, or pass --crop none.")
            }
        }
    }

    /// The choice that the options make together.
    private var choice: CropChoice {
        if let crop { return crop }
        // Who says how the whole picture is fitted wants the whole picture.
        if let fit { return fit == .crop ? .centre : .whole }
        // Who asks for a face wants one.
        return face == nil ? .automatic : .face
    }

    /// Of the driving videos of commands that have no options for these alone: the largest face's.
    var drivingSettings: CropSettings { settings.ofDriving }

    /// Whether any option was given.
    var isGiven: Bool { crop != nil || face != nil || fit != nil || facesModel != nil }

    var settings: CropSettings { CropSettings(choice, face: face ?? .largest, fit: fit ?? (choice == .whole ? .stretch : .crop)) }

    /// What finds faces, loaded where any of the crops uses it, the model reads how far eyes and lips are open, or mouths are painted.
    ///
    /// - Throws: `FileError` (input) when the networks are damaged, or absent in the folder that was named.
    func faces(for crops: [CropSettings], _ model: PortraitModel) throws -> FaceSupply {
        try faces(for: crops, model, from: Self.supply)
    }

    /// - Parameter supply: gives what finds faces, by networks of a folder, or of where models are.
    func faces(for crops: [CropSettings], _ model: PortraitModel, from supply: (String?) throws -> FaceSupply) throws -> FaceSupply {
        crops.contains(where: \.usesFaces) || model.network.readsOpenings || model.refiner != nil ? try supply(facesModel) : .none
    }

    /// Loads what finds faces.
    static func supply(_ folder: String?) throws -> FaceSupply {
        try folder.map { .finder(try .init(folder: $0)) } ?? FaceSupply(amongModels: ModelLocator.folders)
    }
}

extension CropChoice {
    static let names = ["face", "follow", "centre", "none"]

    /// - Throws: `ValidationError` that says what is allowed.
    @Sendable static func read(_ text: String) throws -> CropChoice {
        if let choice = CropChoice(text) { return choice }
        throw ValidationError(
            "It wants face, follow, centre, none, or x,y,side[,angle]: a middle in pixels, a side of at least \(Int(leastSide)) pixels, and "
                + "a turn from -180 to 180 degrees.")
    }
}
extension FaceChoice {
    static let names = ["largest", "left", "right", "all"]

    /// - Throws: `ValidationError` that says what is allowed.
    @Sendable static func read(_ text: String) throws -> FaceChoice {
        if let choice = FaceChoice(text) { return choice }
        throw ValidationError("It wants largest, left, right, all, or a number from 1 as 'lia faces' counts them.")
    }
}
