import Animation
import Faces
import Foundation
import Media
import Networks

/// How a portrait's lips part and its lids shut, looked at when it first speaks, and what paints its mouth.
final class SpeakingFace: @unchecked Sendable {
    private let faces: FaceSupply
    private let lock = NSLock()
    private var found: SpeakingResponse?
    /// nil before it was looked for.
    private var mouth: SpeakingMouth??

    init(_ faces: FaceSupply) { self.faces = faces }

    /// What paints the mouth of a portrait, the same each time.
    ///
    /// - Returns: nil where no face is found.
    func mouth(of portrait: any EncodedPortrait, by model: PortraitModel) -> SpeakingMouth? {
        guard case .finder(let finder) = faces, let network = try? model.audioDriven else { return nil }
        return lock.withLock {
            if let mouth { return mouth }
            let still = Picture(portrait.picture(portrait.motion)), found = SpeakingMouth(network, still: still, near: nil, finder: finder)
            mouth = .some(found)
            return found
        }
    }

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
