import Faces
import Media
import Networks
import Tensors

/// Finds out what each of a model's controls does to faces: sweeps it on portraits, finds landmarks in the pictures, and says which
/// measure of the face follows it most, and how far it can be moved with a face remaining one.
public struct DirectionNaming: Sendable {
    /// What a control does.
    public struct Finding: Codable, Equatable, Sendable {
        /// The control's number, from 1.
        public let number: Int
        /// What it moves most; nil where nothing follows it clearly, or another control moves the same more.
        public let name: String?
        /// By how many of its usual ranges the measure changes for a unit of the control; 0 where no face was found.
        public let strength: Double
        /// The correlation of the measure with the amount, over all portraits.
        public let correlation: Double
        /// The amounts between which every portrait still shows a face, and what is moved most goes little further than it usually does.
        public let low, high: Float
    }

    /// A measure of faces that a control may be named after.
    private struct Measure {
        let name: String
        /// About how far it usually goes to either side.
        let half: Double
        let value: @Sendable (FaceMeasures) -> Double
    }

    /// Names, and about how far each measure usually goes to either side, in its unit.
    private static let measures: [Measure] = [
        Measure(name: "turn", half: 0.3) { Double($0.yaw) },
        Measure(name: "nod", half: 0.25) { Double($0.pitch) },
        Measure(name: "tilt", half: 0.2) { Double($0.roll) },
        Measure(name: "shift_x", half: 0.2) { Double($0.center.x / $0.width) },
        Measure(name: "shift_y", half: 0.2) { Double($0.center.y / $0.width) },
        Measure(name: "scale", half: 0.15) { Double($0.width) },
        Measure(name: "blink_left", half: 0.12) { Double($0.leftLids) },
        Measure(name: "blink_right", half: 0.12) { Double($0.rightLids) },
        Measure(name: "gaze_x", half: 0.08) { Double($0.gaze.x) },
        Measure(name: "gaze_y", half: 0.06) { Double($0.gaze.y) },
        Measure(name: "brows", half: 0.06) { Double($0.brows) },
        Measure(name: "jaw", half: 0.15) { Double($0.lips) },
        Measure(name: "pucker", half: 0.12) { Double($0.mouthWidth) },
        Measure(name: "smile", half: 0.06) { Double($0.mouthCorners) },
    ]
    /// A control is named where a measure's correlation with it is at least this …
    private static let leastCorrelation = 0.8
    /// … and it changes the measure by so much of that over half of the control's range.
    private static let leastReach = 0.5
    /// A control without a name of its family's has no unit, so that its default range may be a small part of what it can do: its range
    /// is doubled so many times at most …
    private static let doublings = 2
    /// … until it changes a measure by so much of that; lids and lips that move to one side alone by twice as much, which is all their way.
    private static let enoughReach = 1.2

    private let finder: FaceFinder
    /// The portraits that are moved.
    private let portraits: [Picture]
    /// Values of α on each side of 0.
    private let steps: Int

    public init(finder: FaceFinder, portraits: [Picture], steps: Int = 6) {
        precondition(!portraits.isEmpty && steps >= 1, "\(portraits.count) portraits, \(steps) steps")
        (self.finder, self.portraits, self.steps) = (finder, portraits, steps)
    }

    /// - Parameter progress: told how many controls of how many are done.
    /// - Returns: a finding for every control, in their order. No name is given twice.
    public func findings(
        on model: PortraitModel, fit: Fit = .crop, progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
    ) throws -> [Finding] {
        let controls = model.network.controls
        let encoded = try portraits.map { try model.encode($0, fit, side: model.network.outputSize) }
        var drafts: [Draft] = []
        for control in controls {
            try progress(drafts.count, controls.count)
            drafts.append(draft(control, of: controls.count, encoded))
        }
        // What moves a measure most purely has the first choice of a name.
        var names: [Int: String] = [:]
        let choices = drafts.flatMap { draft in draft.candidates.map { (draft, $0) } }.sorted { $0.1.purity > $1.1.purity }
        for (draft, candidate) in choices where names[draft.number] == nil && !names.values.contains(candidate.name) {
            // Only what it does most names a control.
            if candidate.name == draft.candidates.first?.name { names[draft.number] = candidate.name }
        }
        return drafts.map { draft in
            let best = draft.candidates.first
            return Finding(
                number: draft.number, name: names[draft.number], strength: best?.strength ?? 0, correlation: best?.correlation ?? 0,
                low: draft.low, high: draft.high)
        }
    }

    /// What was measured of a control.
    private struct Draft {
        struct Candidate {
            let name: String
            let strength, correlation, reach: Double
            /// The share of this measure in all that moves with the control, from 0 to 1.
            let purity: Double
            /// The direction in which the control moves it; nil: both.
            let side: FloatingPointSign?

            var enoughReach: Double { (side == nil ? 1 : 2) * DirectionNaming.enoughReach }
        }

        let number: Int
        let low, high: Float
        /// Clear ones, the one that moves furthest first.
        let candidates: [Candidate]

        /// How well the control does what it does most: it follows, and it goes as far as usual.
        var quality: Double { candidates.first.map { abs($0.correlation) * min(1, $0.reach) } ?? 0 }
    }

    private func draft(_ control: Control, of count: Int, _ portraits: [any EncodedPortrait]) -> Draft {
        var range = control.range
        var found = draft(control.number, over: range, of: count, portraits)
        guard control.name == nil else { return found }
        var best = found
        for _ in 0..<Self.doublings {
            let isLost = found.low > range.lowerBound && found.high < range.upperBound
            if isLost || found.candidates.contains(where: { $0.reach >= $0.enoughReach }) { break }
            range = 2 * range.lowerBound...2 * range.upperBound
            found = draft(control.number, over: range, of: count, portraits)
            if found.quality > best.quality { best = found }
        }
        guard let first = best.candidates.first else { return best }
        // Halves of a unit are fine enough for a slider's ends; the side on which nothing happens gets a quarter of the other.
        let most = max(0.5, Float((2 * first.enoughReach / abs(first.strength)).rounded() / 2))
        return Draft(
            number: best.number, low: max(best.low, first.side == .plus ? -most / 4 : -most),
            high: min(best.high, first.side == .minus ? most / 4 : most), candidates: best.candidates)
    }

    /// What a control does between two amounts.
    private func draft(_ control: Int, over range: ClosedRange<Float>, of count: Int, _ portraits: [any EncodedPortrait]) -> Draft {
        let (least, most) = (range.lowerBound, range.upperBound)
        let amounts = (-steps...steps).map { Float($0) / Float(steps) * ($0 < 0 ? -least : most) }
        var low = least, high = most
        var samples: [(amount: Double, portrait: Int, face: FaceMeasures)] = []
        for (index, portrait) in portraits.enumerated() {
            let faces = amounts.map { face(portrait, control: control, of: count, by: $0) }
            // A face remains one from the middle to the first amount at which none is found.
            for (step, amount) in zip(0..., amounts) where faces[step] == nil {
                if amount <= 0 { low = max(low, amounts[min(step + 1, steps)]) }
                if amount >= 0 { high = min(high, amounts[max(step - 1, steps)]) }
            }
            for (amount, face) in zip(amounts, faces) { if let face { samples.append((Double(amount), index, face)) } }
        }
        // Lids and lips that are closed close no further: what happens on one side alone counts too.
        let sides: [(side: FloatingPointSign?, range: ClosedRange<Double>)] = [
            (nil, Double(low)...Double(high)), (.plus, 0...Double(max(high, 0))), (.minus, Double(min(low, 0))...0),
        ]
        let candidates = sides.flatMap { side, range -> [Draft.Candidate] in
            let kept = samples.filter { range.contains($0.amount) }
            let lines = Self.measures.map { measure in
                (measure, Line(kept.map { ($0.amount, measure.value($0.face) / measure.half, $0.portrait) }))
            }
            let all = lines.compactMap { $1 }.map { $0.slope * $0.slope }.reduce(0, +).squareRoot()
            return lines.compactMap { measure, line in
                guard let line else { return nil }
                let reach = abs(line.slope) * Double(high - low) / 2
                guard abs(line.correlation) >= Self.leastCorrelation, reach >= Self.leastReach else { return nil }
                return Draft.Candidate(
                    name: measure.name, strength: line.slope, correlation: line.correlation, reach: reach, purity: abs(line.slope) / all,
                    side: side)
            }
        }
        // Of a measure: both sides where it follows on both, else the side on which it goes further.
        let each = Dictionary(grouping: candidates, by: \.name).values.compactMap { ofOne in
            ofOne.first { $0.side == nil } ?? ofOne.max { $0.reach < $1.reach }
        }
        return Draft(
            number: control, low: low, high: high, candidates: each.sorted { ($0.reach, $1.name) > ($1.reach, $0.name) })
    }

    private func face(_ portrait: any EncodedPortrait, control: Int, of count: Int, by amount: Float) -> FaceMeasures? {
        var amounts = [Float](repeating: 0, count: count)
        amounts[control - 1] = amount
        let picture = Picture(portrait.picture(portrait.edited(portrait.motion, by: amounts))).enlargedForFaces
        return finder.faces(in: picture).first.map { FaceMeasures($0.inHalves(ofPicture: picture.width)) }
    }

    /// The line through points of several portraits, each of which has an origin of its own.
    private struct Line {
        let slope, correlation: Double

        /// - Parameter points: x, y and whose; nil where there are too few, or one axis does not vary.
        init?(_ points: [(x: Double, y: Double, owner: Int)]) {
            var xx = 0.0, xy = 0.0, yy = 0.0
            for owner in Set(points.map(\.owner)) {
                let own = points.filter { $0.owner == owner }
                let x = own.map(\.x).reduce(0, +) / Double(own.count), y = own.map(\.y).reduce(0, +) / Double(own.count)
                for point in own {
                    xx += (point.x - x) * (point.x - x)
                    xy += (point.x - x) * (point.y - y)
                    yy += (point.y - y) * (point.y - y)
                }
            }
            guard points.count >= 3, xx > 0, yy > 0 else { return nil }
            slope = xy / xx
            correlation = xy / (xx * yy).squareRoot()
        }
    }
}
