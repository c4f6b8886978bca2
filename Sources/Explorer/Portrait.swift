import Animation
import Media
import Networks
import Tensors

/// A page's portrait, encoded once.
package struct Portrait: @unchecked Sendable {
    /// What the user calls the file; for showing only.
    let name: String
    /// A command that makes the file, for one that the program drew.
    let origin: String?
    /// Its file, in the page's scratch folder or the user's own.
    let file: String
    /// Whether the file is a video, whose first frame is the portrait.
    let isMoving: Bool
    /// Which part of the file's picture it is.
    let crop: PortraitCrop
    /// The size of the file's picture, in pixels.
    let width, height: Int
    /// The file's picture, small enough for the page.
    let overview: Picture
    /// Square, of the side of the frames that the page shows.
    let picture: Picture
    package let encoded: any EncodedPortrait
    /// What the network makes of it without a change, every level's picture, 8 px first: (1, 3, H, W).
    let unchanged: [Tensor]
    private let speaking: SpeakingFace

    /// What a file holds: a picture, or of a video its first frame.
    ///
    /// - Throws: `FileError` (input).
    static func picture(_ file: String) throws -> (picture: Picture, isMoving: Bool) {
        guard MediaKind(ofFile: file) == .video, let frame = try FrameReader(file).next() else { return (try Picture.read(file), false) }
        return (frame.picture, true)
    }

    /// Larger frames would take longer than the page has for one.
    private static let largestLiveSide = 256

    /// The longer side of the picture in which the page shows the crop.
    private static let overviewSide = 512

    /// - Parameters:
    ///   - original: what the file holds; of a video its first frame.
    ///   - crop: which part of it is the portrait.
    ///   - faces: what finds the face, for models to which it is of use how far eyes and lips are open.
    package init(
        name: String, origin: String?, file: String, original: Picture, isMoving: Bool = false, crop: PortraitCrop = .middle,
        on model: PortraitModel,
        faces: FaceSupply = .none
    ) throws {
        let network = model.network, cut = crop.cut(original)
        let requested = model.defaultSide(width: cut.width, height: cut.height, .crop)
        let side = max(network.outputSize, min(requested, Self.largestLiveSide))
        (self.name, self.origin, self.file, self.isMoving, self.crop) = (name, origin, file, isMoving, crop)
        (width, height) = (original.width, original.height)
        let scale = min(1, Double(Self.overviewSide) / Double(max(width, height)))
        overview = original.resized(
            width: max(1, Int((Double(width) * scale).rounded())), height: max(1, Int((Double(height) * scale).rounded())))
        picture = cut.fitted(toSquare: side, .crop)
        encoded = try model.encode(cut, .crop, side: side, faces: faces)
        unchanged = ViewPicture.levels(of: encoded, motion: encoded.motion, on: network).levels
        speaking = SpeakingFace(faces)
    }

    /// What paints its mouth where it speaks; nil where no face is found.
    package func mouth(by model: PortraitModel) -> SpeakingMouth? { speaking.mouth(of: encoded, by: model) }

    /// What a moment of speech adds along its model's controls, as far as its own lips part and its own lids shut for it.
    ///
    /// - Parameter amounts: the speech's own, as many as controls.
    package func amounts(_ amounts: [Float], in speech: SpokenMotion) -> [Float] {
        speaking.response(of: encoded, in: speech, controls: amounts.count).map { speech.following($0, amounts) } ?? amounts
    }
}
