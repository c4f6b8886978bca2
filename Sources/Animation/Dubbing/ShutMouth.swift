import Media
import Networks
import Operators
import Tensors

/// A picture whose mouth is open, with its mouth painted shut: for people of whom nothing else is known, as of a photo that laughs. Shown such a picture beside
/// the true one, a network also shuts the mouth; shown laughing ones alone, it leaves lips apart whatever it is told. Not in the paper.
struct ShutMouth {
    let network: any AudioDriven
    let mouth: MouthPicture

    /// Lips that are further open show teeth.
    private static let apart: Float = 0.1
    /// One painting shuts a mouth halfway, and the next one what it left.
    private static let times = 2

    /// Whether the lips are apart in all of some faces, so that a network of the program's own kind needs to be shown how they look when they touch.
    func isNeeded(_ faces: [FaceOutline]) -> Bool { network.movesReference && faces.allSatisfy { $0.opening > Self.apart } }

    /// - Parameters:
    ///   - picture: with a face.
    ///   - face: of the picture, by which the crop was laid.
    func painted(_ picture: Picture, _ crop: MouthCrop, _ face: FaceOutline) -> Picture {
        var picture = picture
        let silence = Tensor(zeros: [1, network.soundValues, network.soundRows])
        for _ in 0..<Self.times {
            let read = mouth.read(picture, crop)
            let dubbed = network.prepare(references: Concatenation.forward(Array(repeating: read, count: network.referenceCount)))
            mouth.paint(dubbed, sound: silence, mouth.detail(picture, crop, read: read), into: &picture, crop, face, .face)
        }
        return picture
    }
}
