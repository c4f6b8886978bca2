/// How a family has faces cut out of pictures and put back: by an affine warp, to squares that are laid by the face's eyes and lips.
public struct Framing: Equatable, Sendable {
    /// Which square around a face.
    public struct Square: Equatable, Sendable {
        /// Its side, in longer sides of the box around the face's points.
        public let scale: Float
        /// How far its middle lies from the box's toward the lips, as part of the square's side.
        public let shift: Float
        /// Whether it is turned as the face is.
        public let turns: Bool

        public init(scale: Float, shift: Float, turns: Bool) { (self.scale, self.shift, self.turns) = (scale, shift, turns) }
    }

    /// Of sources: one for each frame where they move.
    public let source: Square
    /// Of driving videos: the mean of all frames' squares serves all of them.
    public let driving: Square
    /// Side of what is cut out, in pixels.
    public let side: Int

    public init(source: Square, driving: Square, side: Int) { (self.source, self.driving, self.side) = (source, driving, side) }
}
