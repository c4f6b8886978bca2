import Faces
import Files
import Media
import Networks
import Tensors

/// A portrait that was cut out of a picture, encoded once, and whose pictures stand in that picture again: for animation frame by frame,
/// where `AnimationJob` makes files.
public struct PlacedPortrait: Sendable {
    public let model: PortraitModel
    public let encoded: any EncodedPortrait
    /// How it was cut out.
    public let settings: CropSettings
    /// What was cut out.
    public let crop: CropReport
    /// Of its pictures, in pixels.
    public let width, height: Int
    /// What was decided, one line each.
    public let notes: [String]
    /// The picture and the place that portraits are pasted into; nil where the square alone is the result.
    private let place: (canvas: Picture, pasting: Pasting)?

    /// - Parameters:
    ///   - name: what errors call the picture.
    ///   - pastesBack: nil where what was cropped around a face, or by hand, is put back.
    ///   - size: the side of the square alone, in pixels; nil for what suits the picture.
    ///   - faces: what finds faces, where the crop needs them.
    /// - Throws: `FileError` (input): no such face, a square beside the picture, several faces.
    public init(
        _ picture: Picture, name: String, on model: PortraitModel, crop settings: CropSettings = CropSettings(), pastesBack: Bool? = nil,
        size: Int? = nil, faces: FaceSupply = .none
    ) throws {
        guard settings.face != .all else { throw FileError(.input, name, "one face is animated frame by frame; choose which") }
        let choice = PasteChoice(pastesBack, crop: settings, size: size)
        var planner = choice.planner(faces, path: name)
        planner.frame(model.network.framing, \.source, smoothing: 0)
        let (plan, pastes) = choice.settled(try planner.plan(picture))
        let cut = plan.cut(picture, frame: 0, always: true)[0]!
        let square = ResultLayout.squareSide(plan, model, requested: size, width: picture.width, height: picture.height)
        encoded = try model.encode(cut, plan.fit, side: pastes ? ResultLayout.patchSide(of: cut) : square, faces: faces)
        (self.model, self.settings, crop, notes) = (model, settings, plan.report, planner.notes)
        guard pastes, let track = plan.tracks.first else {
            (width, height, place) = (square, square, nil)
            return
        }
        (width, height) = (picture.width, picture.height)
        place = (picture, Pasting(track.square(0), width: width, height: height, warps: plan.warpSide != nil))
    }

    /// The picture of a motion, (1, V), as large as `width` and `height` say.
    public func picture(_ motion: Tensor) -> Picture {
        let made = Picture(encoded.picture(motion))
        guard let place else { return made.width == width ? made : made.resized(width: width, height: height) }
        var picture = place.canvas
        place.pasting.paste(made, onto: &picture)
        return picture
    }

    /// The pictures of several motions, (1, V) each.
    public func pictures(_ motions: [Tensor]) throws -> [Picture] { try model.eachFrame(motions.count) { picture(motions[$0]) } }
}
