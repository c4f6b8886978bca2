import Faces
import Media
import Networks
import Tensors

extension PortraitModel {
    /// Larger results are for those who request them: they take longer, and the motion is no finer.
    private static let largestDefaultSide = 512

    /// The side of results where none is requested: the network's own; with detail the source's, within limits.
    ///
    /// - Parameters:
    ///   - width: of the source, in pixels.
    ///   - height: of the source, in pixels.
    public func defaultSide(width: Int, height: Int, _ fit: Fit) -> Int {
        guard usesDetail else { return network.outputSize }
        let side = fit == .pad ? max(width, height) : min(width, height)
        return max(network.outputSize, min(Self.largestDefaultSide, side / 2 * 2))
    }

    /// The side of the squares of which no more is read than the network takes; nil where faces are looked for in them, too.
    var readSide: Int? { network.readsOpenings ? nil : network.inputSize }

    /// A picture as large as the network reads it; resized as the network's framing wants.
    public func square(_ picture: Picture, _ fit: Fit) -> Picture {
        network.framing == nil
            ? picture.fitted(toSquare: network.inputSize, fit) : picture.fittedLinearly(toSquare: network.inputSize, fit)
    }

    /// A picture as the network reads it, (1, 3, inputSize, inputSize).
    public func input(_ picture: Picture, _ fit: Fit) -> Tensor { Tensor(square(picture, fit)) }

    /// What the network reads of the motion in a driving picture.
    ///
    /// - Parameters:
    ///   - picture: of any size and shape.
    ///   - faces: what finds the face, for a network to which it is of use how far eyes and lips are open.
    /// - Throws: `FileError` (input) for a model that video does not drive.
    public func read(_ picture: Picture, _ fit: Fit, faces: FaceSupply) throws -> FrameReading {
        try videoDriven.read(input(picture, fit), opening: faces.opening(in: picture, for: network))
    }

    /// Encodes a portrait, with its detail where the model uses it.
    ///
    /// - Parameters:
    ///   - picture: of any size and shape.
    ///   - side: of the requested results, in pixels; those that the portrait then gives are as large or larger.
    ///   - faces: what finds the face, for a network to which it is of use how far eyes and lips are open, and for what paints mouths again.
    public func encode(_ picture: Picture, _ fit: Fit, side: Int, faces: FaceSupply = .none) throws -> any EncodedPortrait {
        let input = input(picture, fit), opening = faces.opening(in: picture, for: network)
        let detailSide = max(side, network.outputSize)
        let detail = usesDetail && detailSide != network.inputSize ? Tensor(picture.fitted(toSquare: detailSide, fit)) : input
        let portrait = try encode(input, detail: detail, opening: opening)
        guard usesDetail, let refiner, case .finder(let finder) = faces,
            let refined = RefinedPortrait(portrait, of: detail, refiner: refiner, finder: finder)
        else { return portrait }
        return Self.grayed(refined, as: detail)
    }
}

extension FaceSupply {
    /// How far eyes and lips of a picture's largest face are open; nil where no face is found or looked for, or the network has no use for it.
    func opening(in picture: Picture, for network: any PortraitNetwork) -> FaceOpening? {
        guard network.readsOpenings, case .finder(let finder) = self, let face = finder.faces(in: picture).first else { return nil }
        let openness = face.openness
        return FaceOpening(leftEye: openness.leftEye, rightEye: openness.rightEye, lips: openness.lips)
    }
}
