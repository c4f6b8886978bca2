import Files
import Networks

/// Which of a model's controls a speaking portrait moves: those of the mouth, the head and the lids that have a name which says so.
///
/// Amounts follow the controls' useful ranges, whose farther end is taken for 1.2 of a whole mouth or of shut lids, for a turn of 20°, a nod of 17°,
/// a lean of 14°, and a shift of 0.24 of the face, as `DirectionNaming` finds ranges.
public struct SpeakingControls: Sendable {
    /// A control as the model's owner calls it.
    public struct Named: Sendable {
        public let name: String
        /// From 1.
        public let number: Int
        public let range: ClosedRange<Float>

        public init(name: String, number: Int, range: ClosedRange<Float>) { (self.name, self.number, self.range) = (name, number, range) }
    }

    /// What is moved, and the names that a control may have for it, the best first.
    private enum Part: CaseIterable {
        case open, wide, pucker, yaw, pitch, roll, shiftX, shiftY, blink, leftBlink, rightBlink

        var names: [String] {
            switch self {
            case .open: ["mouth_open", "jaw", "open"]
            case .wide: ["mouth_wide", "wide", "smile"]
            case .pucker: ["pucker"]
            case .yaw: ["yaw", "turn"]
            case .pitch: ["pitch", "nod"]
            case .roll: ["roll", "tilt"]
            case .shiftX: ["shift_x", "across"]
            case .shiftY: ["shift_y", "down"]
            case .blink: ["blink"]
            case .leftBlink: ["blink_left"]
            case .rightBlink: ["blink_right"]
            }
        }

        /// What the farther end of a useful range stands for.
        var whole: Double {
            switch self {
            case .open, .wide, .pucker, .blink, .leftBlink, .rightBlink: 1.2
            case .yaw: 20
            case .pitch: 17
            case .roll: 14
            case .shiftX, .shiftY: 0.24
            }
        }
    }

    private let count: Int
    /// Place of each part's control among the amounts, from 0, and the amount that 1 of the part is.
    private var found: [(part: Part, place: Int, factor: Double)] = []

    /// Names of mouth parts that no control has: only the others move.
    public let missing: [String]

    /// - Parameters:
    ///   - controls: the model's that have names.
    ///   - count: of all.
    public init(_ controls: [Named], count: Int) {
        self.count = count
        for part in Part.allCases {
            for name in part.names {
                guard let control = controls.first(where: { $0.name.lowercased() == name }) else { continue }
                let (low, high) = (control.range.lowerBound, control.range.upperBound)
                found.append((part, control.number - 1, Double(-low > high ? low : high) / part.whole))
                break
            }
        }
        // One direction for both eyes is enough.
        if found.contains(where: { $0.part == .blink }) { found.removeAll { $0.part == .leftBlink || $0.part == .rightBlink } }
        let parts = found.map(\.part)
        missing = [Part.wide, .pucker].filter { !parts.contains($0) }.map { $0.names[0] }
    }

    /// The place, from 0, of the control that opens the mouth, and the amount that opens it furthest; nil where none does.
    public var mouth: (place: Int, end: Float)? {
        found.first { $0.part == .open }.map { ($0.place, Float($0.factor * $0.part.whole)) }
    }

    /// - Parameter model: what errors call it.
    /// - Throws: `FileError` (input) where nothing opens a mouth.
    public func requireMouth(of model: String) throws {
        guard mouth == nil else { return }
        throw FileError(
            .input, model,
            "has no direction named \(Part.open.names.dropLast().joined(separator: " or ")), which opens the mouth for speech; name it "
                + "with 'lia explore label'")
    }

    /// The places, from 0, of the controls that shut lids, and the amounts of a whole blink.
    public var blinks: [(place: Int, whole: Float)] {
        found.filter { [.blink, .leftBlink, .rightBlink].contains($0.part) }.map { ($0.place, Float($0.factor)) }
    }

    /// The amounts along all controls, number 1 first.
    ///
    /// - Parameter mouth: how far it is open, wide and pucker.
    public func amounts(mouth: (open: Float, wide: Float, pucker: Float), idle: IdleMotion.Pose) -> [Float] {
        var amounts = [Float](repeating: 0, count: count)
        for (part, place, factor) in found {
            let value =
                switch part {
                case .open: Double(mouth.open)
                case .wide: Double(mouth.wide)
                case .pucker: Double(mouth.pucker)
                case .yaw: idle.yaw
                case .pitch: idle.pitch
                case .roll: idle.roll
                case .shiftX: idle.shiftX
                case .shiftY: idle.shiftY
                case .blink, .leftBlink, .rightBlink: idle.blink
                }
            amounts[place] += Float(value * factor)
        }
        return amounts
    }
}
