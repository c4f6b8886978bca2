import Media

/// How much a client may send and keep.
package struct ServiceLimits: Encodable, Sendable {
    /// The longest line of a request, in bytes.
    package var lineBytes = 1 << 16
    /// The most bytes that may follow a line: a picture of the most pixels.
    package var payloadBytes = 3 * Picture.pixelLimit
    /// The most pixels that the pictures of one answer may have.
    package var answerPixels = Picture.pixelLimit
    /// The most frames of a request.
    package var frames = 256
    /// The most models, portraits, driving sides and animations that are kept, together.
    package var objects = 256

    package init() {}
}
