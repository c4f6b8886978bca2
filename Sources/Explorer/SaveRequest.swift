import Networks

/// What a page asks to save.
struct SaveRequest: Decodable {
    enum Kind: String, Decodable {
        /// The picture that is shown.
        case picture = "png"
        /// The portrait, moved by the driving motion.
        case video = "mp4"
        /// The magnitudes: of the edited portrait, or of every frame as it is animated.
        case motion = "json"
        /// The command line that makes the same.
        case command
    }

    let kind: Kind
    let settings: Settings
    /// The driving frame that is shown, from 0; nil where nothing drives.
    let frame: Int?
    let mode: FrameRequest.Mode
}
