import Animation
import Faces
import Media
import Networks

/// Which part of a picture is a page's portrait, and what may be chosen instead.
package struct PortraitCrop: Sendable {
    /// What is cut out and put back; nil for the middle of the picture, which is not put back.
    let square: FaceRectangle?
    /// The squares around the faces that were found, the largest first.
    let faces: [FaceRectangle]
    /// How the head in the square is turned; nil where no face laid it.
    let pose: FacePose?
    /// The poses of the faces that were found, the largest first.
    private let poses: [FacePose]
    /// Whether the square is another than that of the largest face.
    let isByHand: Bool
    /// How the model wants faces to be cut out; nil for the program's own squares.
    let framing: Framing?

    /// The least side of a square, in pixels.
    static let leastSide: Float = 16

    init(square: FaceRectangle?, faces: [FaceRectangle], poses: [FacePose] = [], isByHand: Bool, framing: Framing? = nil) {
        (self.square, self.faces, self.poses, self.isByHand, self.framing) = (square, faces, poses, isByHand, framing)
        pose = faces.firstIndex { $0 == square }.flatMap { poses.indices.contains($0) ? poses[$0] : nil }
    }

    /// The middle of the picture.
    package static let middle = PortraitCrop(square: nil, faces: [], isByHand: false)

    /// Around the largest face of a picture; the middle where none is found.
    ///
    /// - Parameter framing: of the model.
    init(_ picture: Picture, _ supply: FaceSupply, framing: Framing?) {
        var faces: [FaceRectangle] = [], poses: [FacePose] = []
        if case .finder(let finder) = supply {
            let found = finder.faces(in: picture)
            poses = found.map(FacePose.init)
            faces = found.map { face in
                guard let square = framing?.source else { return face.crop(scale: CropGeometry.pastedScale).aligned }
                return FaceFrame(face).square(scale: square.scale, shift: square.shift)
            }
        }
        self.init(square: faces.first, faces: faces, poses: poses, isByHand: false, framing: framing)
    }

    /// The crop for another model: chosen anew, but for a square by hand.
    func chosen(for framing: Framing?, _ picture: Picture, _ supply: FaceSupply) -> PortraitCrop {
        guard isByHand else { return framing == self.framing ? self : PortraitCrop(picture, supply, framing: framing) }
        let found = PortraitCrop(picture, supply, framing: framing)
        return PortraitCrop(square: square, faces: found.faces, poses: found.poses, isByHand: true, framing: framing)
    }

    /// With another square.
    ///
    /// - Throws: `Problem` for one that is not on the picture.
    func moved(to square: FaceRectangle, width: Int, height: Int) throws -> PortraitCrop {
        guard [square.x, square.y, square.side].allSatisfy({ $0.isFinite && abs($0) < 1e6 }), square.side >= Self.leastSide,
            square.side <= 4 * Float(max(width, height)), square.meets(width: width, height: height)
        else { throw Problem(.badRequest, "expected a square on the picture, which has \(width)×\(height) pixels") }
        let upright = FaceRectangle(x: square.x, y: square.y, side: square.side, angle: 0)
        let moved = framing == nil ? upright.aligned : upright
        // A page knows squares by their middle and side.
        if let face = faces.first(where: { ($0.x, $0.y, $0.side) == (moved.x, moved.y, moved.side) }) {
            return PortraitCrop(square: face, faces: faces, poses: poses, isByHand: face != faces.first, framing: framing)
        }
        return PortraitCrop(square: moved, faces: faces, poses: poses, isByHand: moved != faces.first, framing: framing)
    }

    /// What the network is shown, to be fitted by cropping.
    func cut(_ picture: Picture) -> Picture {
        guard let square else { return picture }
        guard let side = framing?.side else { return picture.cut(square) }
        return picture.warped(by: square.map(toSide: side), width: side, height: side)
    }

    /// The crop as a job and the command line take it.
    var settings: CropSettings {
        guard let square else { return CropSettings(.centre) }
        return CropSettings(.square(square))
    }

    /// The side of a portrait whose pictures are put back, in pixels.
    func side(for model: Int) -> Int {
        if framing != nil { return model }
        return square.map { max(model, min(Int($0.side), 2048)) } ?? model
    }

    /// Puts a picture of the square back where it was cut out.
    func paste(_ patch: Picture, onto picture: inout Picture) {
        guard let square else { return }
        Pasting(square, width: picture.width, height: picture.height, warps: framing != nil).paste(patch, onto: &picture)
    }
}
