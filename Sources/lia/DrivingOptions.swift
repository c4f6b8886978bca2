import Animation
import ArgumentParser
import Faces

/// How the driving video is read.
struct DrivingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The square of the driving video, as --crop (default: as --crop, or face where that is a square by hand). face is one square "
                + "for the whole video, so that the head's own movement stays; follow is for people who walk.", valueName: "square"),
        completion: .list(CropChoice.names), transform: CropChoice.read)
    var drivingCrop: CropChoice?

    @Option(
        help: ArgumentHelp(
            "Which driving face, as --face; all moves the first face by the first, and so on (default: largest).", valueName: "face"),
        completion: .list(FaceChoice.names), transform: FaceChoice.read)
    var drivingFace: FaceChoice?

    @Flag(help: "Begin the driving video again at its end, as long as the source video lasts.")
    var loop = false

    @Flag(help: "Turn, shift and scale the driving square so that the face of the reference frame lies in it as the source's in its own.")
    var align = false

    /// The options that were given and concern the driving pictures.
    var ofPictures: [String] {
        (drivingCrop == nil ? [] : ["--driving-crop"]) + (drivingFace == nil ? [] : ["--driving-face"]) + (align ? ["--align"] : [])
    }

    func validate() throws {
        if drivingFace != nil, let drivingCrop, !CropSettings(drivingCrop).usesFaces {
            throw ValidationError("--driving-face chooses the face to crop around: leave it out, or pass --driving-crop face or follow.")
        }
    }

    /// - Parameter source: the source's crop.
    func settings(_ source: CropSettings) -> CropSettings {
        var settings = source.ofDriving
        settings.face = drivingFace ?? .largest
        guard let drivingCrop else {
            // Who asks for a face wants one.
            if drivingFace != nil { settings.choice = .face }
            return settings
        }
        settings.choice = drivingCrop
        if drivingCrop == .whole, source.fit == .crop { settings.fit = .stretch }
        return settings
    }
}
