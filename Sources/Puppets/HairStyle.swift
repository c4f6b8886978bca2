/// A cut of hair: the shape in front of the head, the shape behind it, and how its strands run.
enum HairStyle: CaseIterable, Sendable {
    case bald, buzz, short, sidePart, sweptBack, curlyTop, afro, bangs, bob, longStraight, longWavy, bun, ponytail

    static func weights(masculine: Bool, age: Float) -> [(HairStyle, Float)] {
        masculine
            ? [
                (.bald, 0.3 + age * 2), (.buzz, 1), (.short, 2), (.sidePart, 2), (.sweptBack, 1.2), (.curlyTop, 1.2),
                (.afro, 0.5), (.longWavy, 0.25),
            ]
            : [
                (.short, 0.3), (.bangs, 1.2), (.bob, 1.3), (.longStraight, 1.8), (.longWavy, 1.8), (.bun, 1),
                (.ponytail, 1.2),
                (.afro, 0.7), (.curlyTop, 0.3),
            ]
    }

    /// Whether the hair curls, so that it is drawn in tufts rather than strands.
    var isCurly: Bool { self == .curlyTop || self == .afro }

    /// Whether there is hair behind neck and shoulders.
    var isLong: Bool { self == .longStraight || self == .longWavy || self == .bob || self == .bangs }
}
