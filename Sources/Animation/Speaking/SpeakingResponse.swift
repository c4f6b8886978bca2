import Faces
import Networks

/// How a portrait's own lips part and lids shut along the controls that speech moves.
package struct SpeakingResponse {
    /// nil where that is not known, and amounts are the speech's own.
    let lips: MouthResponse?
    let lids: LidResponse?

    package init(lips: MouthResponse?, lids: LidResponse?) { (self.lips, self.lids) = (lips, lids) }

    /// Looks at what the portrait does.
    ///
    /// - Parameter controls: how many its model has.
    package init(of portrait: any EncodedPortrait, in speech: SpokenMotion, controls: Int, finder: FaceFinder) {
        lips = speech.mouth.flatMap { MouthResponse(of: portrait, mouth: $0, controls: controls, finder: finder) }
        lids = speech.blinks.isEmpty ? nil : LidResponse(of: portrait, blinks: speech.blinks, controls: controls, finder: finder)
    }
}
