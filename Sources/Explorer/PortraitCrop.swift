import Animation
import Faces
import Media

/// Which part of a picture is a page's portrait, and what may be chosen instead.
package struct PortraitCrop: Sendable {
    /// What is cut out and put back; nil for the middle of the picture, which is not put back.
    let square: FaceRectangle?
    /// The squares around the faces that were found, the largest first.
    let faces: [FaceRectangle]
    /// Whether the square is another than that of the largest face.
    let isByHand: Bool

    /// The least side of a square, in pixels.
    static let leastSide: Float = 16

    init(square: FaceRectangle?, faces: [FaceRectangle], isByHand: Bool) {
        (self.square, self.faces, self.isByHand) = (square, faces, isByHand)
    }

    /// The middle of the picture.
    package static let middle = PortraitCrop(square: nil, faces: [], isByHand: false)

    /// Around the largest face of a picture; the middle where none is found.
    init(_ picture: Picture, _ supply: FaceSupply) {
        var faces: [FaceRectangle] = []
        if case .finder(let finder) = supply {
            faces = finder.faces(in: picture).map { $0.crop(scale: CropGeometry.pastedScale).aligned }
        }
        self.init(square: faces.first, faces: faces, isByHand: false)
    }

    /// With another square.
    ///
    /// - Throws: `Problem` for one that is not on the picture.
    func moved(to square: FaceRectangle, width: Int, height: Int) throws -> PortraitCrop {
        guard [square.x, square.y, square.side].allSatisfy({ $0.isFinite && abs($0) < 1e6 }), square.side >= Self.leastSide,
            square.side <= 4 * Float(max(width, height)), square.meets(width: width, height: height)
        else { throw Problem(.badRequest, "expected a square on the picture, which has \(width)×\(height) pixels") }
        let aligned = FaceRectangle(x: square.x, y: square.y, side: square.side, angle: 0).aligned
        return PortraitCrop(square: aligned, faces: faces, isByHand: aligned != faces.first)
    }

    /// What the network is shown, to be fitted by cropping.
    func cut(_ picture: Picture) -> Picture { square.map(picture.cut) ?? picture }

    /// The crop as a job and the command line take it.
    var settings: CropSettings {
        guard let square else { return CropSettings(.centre) }
        return CropSettings(.square(square))
    }

    /// The side of a portrait whose pictures are put back, in pixels.
    func side(for model: Int) -> Int { square.map { max(model, min(Int($0.side), 2048)) } ?? model }
}
