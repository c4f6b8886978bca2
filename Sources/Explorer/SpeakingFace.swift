import Animation
import Faces
import Foundation
import Networks

/// How a portrait's lips part and its lids shut, looked at when it first speaks.
final class SpeakingFace: @unchecked Sendable {
    private let faces: FaceSupply
    private let lock = NSLock()
    private var found: SpeakingResponse?

    init(_ faces: FaceSupply) { self.faces = faces }

    /// - Parameters: as `SpeakingResponse` has them, the same each time but for the amounts.
    /// - Returns: nil where faces cannot be found.
    func response(of portrait: any EncodedPortrait, in speech: SpokenMotion, controls: Int) -> SpeakingResponse? {
        guard case .finder(let finder) = faces else { return nil }
        return lock.withLock {
            if let found { return found }
            let response = SpeakingResponse(of: portrait, in: speech, controls: controls, finder: finder)
            found = response
            return response
        }
    }
}
