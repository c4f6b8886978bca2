import Animation
import Faces
import Foundation
import Networks

/// How a portrait's lips part, looked at when it first speaks.
final class SpeakingMouth: @unchecked Sendable {
    private let faces: FaceSupply
    private let lock = NSLock()
    private var found: MouthResponse??

    init(_ faces: FaceSupply) { self.faces = faces }

    /// - Parameters: as `MouthResponse` has them, the same each time.
    /// - Returns: nil where faces cannot be found, or the lips hardly part.
    func response(of portrait: any EncodedPortrait, mouth: (place: Int, end: Float), controls: Int) -> MouthResponse? {
        guard case .finder(let finder) = faces else { return nil }
        return lock.withLock {
            if let found { return found }
            let response = MouthResponse(of: portrait, mouth: mouth, controls: controls, finder: finder)
            found = .some(response)
            return response
        }
    }
}
