import Faces
import Media
import Networks
import Operators
import Tensors

/// The mouth of a picture that speaks, painted by a network that dubs: the portrait's own network moves head and lids, and in each of its frames
/// the mouth is painted again, from the picture itself, whose detail it keeps.
package struct SpeakingMouth: Sendable {
    private let network: any AudioDriven
    private let finder: FaceFinder
    private let layout: MouthPicture
    /// Of the picture at rest.
    private let face: Face
    private let outline: FaceOutline
    private let dubbed: any DubbedFace
    private let detail: ReferenceDetail?
    /// How far the painted lips part for what the network is told; nil where they hardly do.
    private var response: MouthResponse?

    /// - Parameters:
    ///   - still: the portrait at rest, as large as the frames.
    ///   - middle: of the face, in pixels; nil for the largest face.
    /// - Returns: nil where no whole face is found there.
    package init?(_ network: any AudioDriven, still: Picture, near middle: SIMD2<Float>?, finder: FaceFinder) {
        func found(small: Bool) -> Face? {
            let faces = finder.faces(in: still, small: small)
            guard let middle else { return faces.first }
            return faces.first { $0.box.contains(middle) }
        }
        guard let face = found(small: false) ?? found(small: true), let outline = FaceOutline(found: face.sixtyEight),
            let crop = MouthCrop.steady(outline, window: [outline], width: still.width, height: still.height)
        else { return nil }
        (self.network, self.finder, self.face, self.outline) = (network, finder, face, outline)
        var layout = MouthPicture(layout: MouthLayout(side: network.mouthSize))
        if network.movesReference { layout.tone = SkinTone(of: still, outline, crop) }
        self.layout = layout
        let read = layout.read(still, crop), shut = ShutMouth(network: network, mouth: layout)
        let other = shut.isNeeded([outline]) ? layout.read(shut.painted(still, crop, outline), crop) : read
        dubbed = network.prepare(
            references: Concatenation.forward([read] + Array(repeating: other, count: network.referenceCount - 1)))
        detail = network.movesReference ? layout.detail(still, crop, read: read) : nil
        response = nil
        let openings = (0...Self.steps).map { opening(still, told: Float($0) / Float(Self.steps)) }
        guard openings.allSatisfy({ $0 != nil }) else { return }
        response = MouthResponse(step: 1 / Float(Self.steps), openings: openings.compactMap { $0 })
    }

    /// Steps to a whole mouth.
    private static let steps = 8

    /// How far lips are apart in the picture at rest whose mouth is painted so far open.
    private func opening(_ still: Picture, told open: Float) -> Float? {
        var picture = still
        guard paint(&picture, rows: Tensor([open, 0, 0], [1, 3]), frame: 0) else { return nil }
        return finder.follow(face, in: picture).map { FaceDistances($0).lips }
    }

    /// Paints the mouth of a frame.
    ///
    /// - Parameters:
    ///   - rows: (N, values): what the mouth does in every frame.
    ///   - frame: which of them it is, from 0.
    /// - Returns: false where the face is not found near where it was at rest: the frame stays as it is.
    @discardableResult
    package func paint(_ picture: inout Picture, rows: Tensor, frame: Int) -> Bool {
        guard let found = finder.follow(face, in: picture), let outline = FaceOutline(found: found.sixtyEight),
            // As large as at rest, so that the size of the square never changes while the head drifts.
            let crop = MouthCrop.steady(outline, window: [self.outline, outline], width: picture.width, height: picture.height)
        else { return false }
        let sound = MouthPicture.rows(of: rows, around: frame, count: network.soundRows)
        if let response {
            for place in 0..<network.soundRows where sound.pointer[place] > 0 {
                sound.mutablePointer[place] = response.amount(sound.pointer[place])
            }
        }
        layout.paint(dubbed, sound: sound, detail, into: &picture, crop, outline, .face)
        return true
    }
}
