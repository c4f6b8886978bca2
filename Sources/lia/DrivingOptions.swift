import Animation
import ArgumentParser
import Faces

/// How the driving video is read.
struct DrivingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The square of the driving video, as --crop (default: as --crop, or face where that is a square by hand). face is one square "
                + "for the whole video, so that the head's own movement stays; follow is for people who walk.", valueName: "square"))
    var drivingCrop: CropChoice?

    @Option(help: ArgumentHelp("Which driving face, as --face; all moves the first face by the first, and so on.", valueName: "face"))
    var drivingFace: FaceChoice = .largest

    @Flag(help: "Begin the driving video again at its end, as long as the source video lasts.")
    var loop = false

    @Flag(help: "Turn, shift and scale the driving square so that the face of the reference frame lies in it as the source's in its own.")
    var align = false

    /// - Parameter source: the source's crop.
    func settings(_ source: CropSettings) -> CropSettings {
        var settings = source.ofDriving
        settings.face = drivingFace
        guard let drivingCrop else { return settings }
        settings.choice = drivingCrop
        if drivingCrop == .whole, source.fit == .crop { settings.fit = .stretch }
        return settings
    }
}
