/// The mouth of somebody who speaks, without end: sounds follow one another at the pace of speech, with pauses between phrases, and the mouth
/// passes smoothly through the shape of each. Lips that a sound shuts do shut.
package struct SpokenMouth: Sendable {
    /// How far it is open, wide and puckers, as in `PuppetPose`.
    package typealias Shape = (open: Float, wide: Float, pucker: Float)

    /// Shapes of sounds, and how often they come.
    private static let shapes: [(Shape, Float)] = [
        // p b m; f v; t d n l s z.
        ((0, 0, 0.05), 1.2), ((0.06, 0.15, 0), 0.5), ((0.15, 0.2, 0), 3),
        // k g h; sh r; w.
        ((0.25, 0.05, 0), 1), ((0.2, -0.2, 0.45), 0.8), ((0.1, -0.5, 0.9), 0.4),
        // Vowels as in father, cat, cup, bed, see, or, too.
        ((0.75, 0.1, 0), 0.9), ((0.65, 0.45, 0), 0.7), ((0.4, 0, 0.05), 1.8), ((0.4, 0.4, 0), 0.9), ((0.22, 0.6, 0), 1.3),
        ((0.5, -0.3, 0.45), 0.7), ((0.3, -0.5, 0.85), 0.6),
    ]

    private let seed: UInt64
    private let noise: UInt32
    /// Seconds of a sound, and how strongly the mouth moves.
    private let pace, strength: Float

    /// - Parameter seed: another speaker saying something else for every number.
    package init(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed ^ 0x7370_6F6B_656E)
        self.seed = numbers.next()
        noise = UInt32(truncatingIfNeeded: numbers.next())
        pace = numbers.uniform(0.085...0.14)
        strength = numbers.uniform(0.7...1.3)
    }

    /// The shape at a moment, in seconds from 0.
    package func callAsFunction(at time: Double) -> Shape {
        let place = Float(time) / pace, cell = Int(place.rounded(.down))
        let first = place < middle(cell) ? cell - 1 : cell
        let (from, to) = (middle(first), middle(first + 1)), share = smoothStep(from, to, place)
        let (a, b) = (shape(first), shape(first + 1))
        return (mix(a.open, b.open, share), mix(a.wide, b.wide, share), mix(a.pucker, b.pucker, share))
    }

    /// Where in its cell a sound has its shape.
    private func middle(_ cell: Int) -> Float { Float(cell) + 0.5 + 0.3 * SmoothNoise.at(Float(cell), seed: noise) }

    private func shape(_ cell: Int) -> Shape {
        // Phrases of some seconds.
        if SmoothNoise.at(Float(cell) * pace * 0.7, seed: noise &+ 1) < -0.45 { return (0, 0, 0) }
        var numbers = SeededNumbers(seed: seed &+ UInt64(bitPattern: Int64(cell)) &* 0x9E37_79B9)
        let shape = numbers.pick(Self.shapes), size = strength * numbers.uniform(0.8...1.2)
        return (clamp(shape.open * size), clamp(shape.wide * size, -1, 1), clamp(shape.pucker * size))
    }
}
