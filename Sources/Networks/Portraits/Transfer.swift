import Tensors

/// How driving motion becomes a portrait's.
public struct Transfer: Equatable, Sendable {
    /// A part of the driving motion.
    public enum Region: String, CaseIterable, Sendable {
        /// Expression and pose.
        case all
        case expression
        /// The head's turn and place.
        case pose
        case lips
        case eyes
    }

    /// How far eyes or lips are to be open (see `FaceOpening`).
    public enum Opening: Equatable, Sendable {
        /// As far as the driving frame's.
        case driving
        case ratio(Float)
    }

    /// What a transfer is told of the job that it serves; nothing of it is a choice.
    public struct Situation: Equatable, Sendable {
        /// Whether every frame has a portrait of its own.
        public var isSourceMoving = false
        /// Whether the driving side is one picture.
        public var isDrivingStill = false
        /// (1, V): the source's own motion in its first frame; nil where that is not known, or the source is one picture.
        public var sourceStart: Tensor?

        public init() {}

        public static func == (a: Situation, b: Situation) -> Bool {
            a.isSourceMoving == b.isSourceMoving && a.isDrivingStill == b.isDrivingStill && a.sourceStart?.values == b.sourceStart?.values
        }
    }

    public var mode: TransferMode
    /// Scales the motion that is added to the portrait's own; 1 leaves it as it is.
    public var strength: Float
    /// The controls, by number from 1, along which motion is transferred; along the others the portrait keeps its own. All where nil.
    public var controls: Set<Int>?
    /// What of the driving motion is transferred.
    public var region = Region.all
    /// Whether the head is joined to its shoulders after it was moved.
    public var stitches = true
    /// How far the eyes and the lips are opened; as the expression opens them where nil.
    public var eyes: Opening?, lips: Opening?
    /// Whether lips that are open in the source are closed before they are moved.
    public var closesLips = false
    /// Whether the eyes of a moving source stay as open as in its first frame.
    public var holdsEyes = false
    /// Whether the faces are animals'.
    public var isOfAnimals = false
    /// Whether relative motion is scaled by how large the portrait is beside the reference frame.
    public var adaptsScale = false
    /// Whether relative motion is multiplied by the model's gains (see `LIA.gains`).
    public var usesGains = true
    public var situation = Situation()

    public init(_ mode: TransferMode = .relative, strength: Float = 1, controls: Set<Int>? = nil) {
        (self.mode, self.strength, self.controls) = (mode, strength, controls)
    }

    /// The choices that not every family offers.
    public var choices: Set<TransferChoice> {
        var choices: Set<TransferChoice> = []
        if controls != nil { choices.insert(.controls) }
        if region != .all { choices.insert(.region) }
        if !stitches { choices.insert(.stitching) }
        if eyes != nil || holdsEyes { choices.insert(.eyes) }
        if lips != nil || closesLips { choices.insert(.lips) }
        if isOfAnimals { choices.insert(.animals) }
        if adaptsScale { choices.insert(.scale) }
        if !usesGains { choices.insert(.gains) }
        return choices
    }
}
