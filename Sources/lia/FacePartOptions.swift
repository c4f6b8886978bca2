import Animation
import ArgumentParser
import Files
import Networks

/// What some families offer of a transfer: which part of a face is moved and how its eyes and lips open (LivePortrait), and whether motion is
/// scaled to the portrait (First Order Motion Model).
struct FacePartOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "LivePortrait: the part of the driving motion that is transferred: all, expression, pose, lips or eyes.", valueName: "part"))
    var region: Transfer.Region = .all

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp("LivePortrait: join the moved head to its shoulders (default: joined)."))
    var stitching: Bool?

    @Option(
        help: ArgumentHelp(
            "LivePortrait: open the eyes as far as the driving frame's (driving), or by a ratio of height to width, 0 to 1; open eyes have "
                + "about 0.35. With --mode relative nothing but eyes and lips then moves.", valueName: "driving|ratio"),
        transform: Transfer.Opening.read)
    var eyes: Transfer.Opening?

    @Option(
        help: ArgumentHelp("LivePortrait: open the lips likewise; closed lips have 0.", valueName: "driving|ratio"),
        transform: Transfer.Opening.read)
    var lips: Transfer.Opening?

    @Flag(help: "LivePortrait: close lips that are open in the source before they are moved; with --mode relative.")
    var closeLips = false

    @Flag(help: "LivePortrait: keep the eyes of a source video as open as in its first frame.")
    var keepEyes = false

    @Flag(
        help: ArgumentHelp(
            "LivePortrait, with a model for animals: take the driving motion whole, at the portrait's size; best with --no-stitching."))
    var animal = false

    @Flag(
        help: ArgumentHelp(
            "First Order Motion Model: scale the motion by how large the portrait's key points lie beside the reference frame's; with --mode "
                + "relative."))
    var adaptScale = false

    /// The options that were given.
    private var given: [String] {
        (region == .all ? [] : ["--region"]) + (stitching == nil ? [] : ["--stitching"]) + (eyes == nil ? [] : ["--eyes"])
            + (lips == nil ? [] : ["--lips"]) + (closeLips ? ["--close-lips"] : []) + (keepEyes ? ["--keep-eyes"] : [])
            + (animal ? ["--animal"] : []) + (adaptScale ? ["--adapt-scale"] : [])
    }

    /// - Parameters:
    ///   - isDriven: whether there is driving motion.
    ///   - mode: how it is transferred.
    /// - Throws: `ValidationError` for options that exclude each other, or have nothing to work on.
    func check(isDriven: Bool, mode: TransferMode) throws {
        if !isDriven, let first = given.first { throw ValidationError("\(first) is for driving motion: pass --driving, or leave it out.") }
        if closeLips, mode == .absolute { throw ValidationError("--close-lips is for --mode relative.") }
        if adaptScale, mode == .absolute { throw ValidationError("--adapt-scale is for --mode relative.") }
        if eyes != nil || lips != nil, closeLips || keepEyes {
            throw ValidationError("--close-lips and --keep-eyes exclude --eyes and --lips, which say how far both open.")
        }
        if eyes != nil || lips != nil, region != .all, mode == .relative {
            throw ValidationError("--eyes and --lips move nothing else with --mode relative: leave --region out, or pass --mode absolute.")
        }
        if animal, mode == .absolute { throw ValidationError("--animal has a way of its own: leave --mode out.") }
        if animal, region != .all || eyes != nil || lips != nil || closeLips || keepEyes {
            throw ValidationError(
                "--animal takes the driving motion whole: leave --region, --eyes, --lips, --close-lips and --keep-eyes out.")
        }
    }

    /// - Throws: `FileError` (input) for a source that has no frames of which the first could be kept.
    func apply(to job: inout AnimationJob) throws {
        if keepEyes, case .picture(let path) = job.source {
            throw FileError(.input, path, "is one picture, and --keep-eyes is for a source video; leave it out")
        }
        job.target.transfer.region = region
        job.target.transfer.stitches = stitching ?? true
        (job.target.transfer.eyes, job.target.transfer.lips) = (eyes, lips)
        (job.target.transfer.closesLips, job.target.transfer.holdsEyes) = (closeLips, keepEyes)
        job.target.transfer.isOfAnimals = animal
        job.target.transfer.adaptsScale = adaptScale
    }
}

extension Transfer.Region: ExpressibleByArgument {}

extension Transfer.Opening {
    /// - Throws: `ValidationError` that says what is allowed.
    @Sendable static func read(_ text: String) throws -> Transfer.Opening {
        if text == "driving" { return .driving }
        if let ratio = Float(text), (0...1).contains(ratio) { return .ratio(ratio) }
        throw ValidationError("It wants driving, or a ratio from 0 to 1.")
    }
}
