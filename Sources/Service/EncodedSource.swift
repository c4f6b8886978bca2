import Animation

/// What a client is told of a portrait.
struct EncodedSource: Encodable {
    let portrait: Int
    /// Of its pictures, in pixels.
    let width, height: Int
    let crop: CropReport
    /// Its own motion.
    let motion: [Float]
    let notes: [String]

    init(_ number: Int, _ source: PlacedPortrait) {
        (portrait, width, height, crop) = (number, source.width, source.height, source.crop)
        (motion, notes) = (source.encoded.motion.values, source.notes)
    }
}
