import Media

/// What every clip is measured with.
struct EvaluationSettings: Sendable {
    /// "reconstruction", "cross" or "puppets".
    let task: String
    /// Side of the pictures that are compared, in pixels.
    let size: Int
    /// At most so many frames of each clip, from the first.
    let frameLimit: Int
    /// How motion is transferred.
    let variants: [TransferVariant]
    let networks: SuppliedNetworks

    func measured(_ picture: Picture) -> MeasuredPicture { MeasuredPicture(picture, networks) }
}
