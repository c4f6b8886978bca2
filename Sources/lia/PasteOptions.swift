import Animation
import ArgumentParser
import Faces

/// Where the result of a crop goes.
struct PasteOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Put the result back into the source's picture, feathered, at its own resolution, or give the square alone (default: back, "
                + "where a face or a square by hand was cropped and --size is not given)."))
    var pasteBack: Bool?

    @Option(help: "Write a picture that shows what is cropped: source, and driving video (.png, .jpg).", completion: .file())
    var preview: String?

    @Option(
        help: ArgumentHelp(
            "Smooths the driving motion, and squares that follow a face: 0 (not at all) to 1 (most).", valueName: "amount"))
    var smooth: Float = 0

    func validate() throws {
        guard (0...1).contains(smooth) else { throw ValidationError("--smooth wants a number from 0 to 1, not \(smooth).") }
    }

    /// - Parameter size: of `--size`.
    /// - Throws: `ValidationError` for options that exclude each other.
    func check(size: Int?, crop: CropOptions) throws {
        if pasteBack == true, size != nil {
            throw ValidationError("--size is the side of the square; with --paste-back the result has the source's own size.")
        }
        if pasteBack == true, crop.settings.choice == .whole {
            throw ValidationError("--paste-back wants a square to put back, and --crop none or --fit takes the whole picture.")
        }
        if crop.face == .all, pasteBack == false || size != nil {
            throw ValidationError("--face all puts several faces back into one picture: leave --no-paste-back and --size out.")
        }
    }

    func apply(to job: inout AnimationJob) {
        (job.pastesBack, job.preview, job.smoothing) = (pasteBack, preview, smooth)
    }
}
