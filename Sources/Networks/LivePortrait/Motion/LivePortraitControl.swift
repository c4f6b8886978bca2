/// What can be moved of a portrait: the sliders of the authors' editing page.
package enum LivePortraitControl: Int, CaseIterable {
    case turn, nod, tilt, across, down, size
    case lips, smile, pout, purse, grin, open
    case eyes, wink, brow, gaze, gazeDown

    /// What a person calls it.
    package var name: String {
        switch self {
        case .gaze: "gaze-across"
        case .gazeDown: "gaze-down"
        default: "\(self)"
        }
    }

    package var group: String {
        switch self {
        case .turn, .nod, .tilt, .across, .down, .size: "Head"
        case .lips, .smile, .pout, .purse, .grin, .open: "Mouth"
        case .eyes, .wink, .brow, .gaze, .gazeDown: "Eyes"
        }
    }

    /// As on the authors' page: degrees for turn, nod and tilt, halves of the picture's side for across and down, a fraction for size,
    /// ratios (see `FaceOpening`) for lips and eyes, and numbers without a unit for the others.
    package var range: ClosedRange<Float> {
        switch self {
        case .turn: -25...25
        case .nod, .tilt: -15...15
        case .across, .down: -0.19...0.19
        case .size: -0.1...0.2
        case .lips, .eyes: -0.4...0.8
        case .smile: -0.3...1.3
        case .pout: -0.09...0.09
        case .purse: -20...15
        case .grin: 0...15
        case .open: -90...120
        case .wink: 0...39
        case .brow, .gaze: -30...30
        case .gazeDown: -63...63
        }
    }

    package var control: Control { Control(number: rawValue + 1, name: name, range: range, group: group) }

    /// What an amount adds to the expression, 63 values; zeros for what is moved otherwise.
    package func expression(_ v: Float) -> [Float] {
        var result = [Float](repeating: 0, count: 63)
        /// - Parameter axis: 0 for x, 1 for y, 2 for z.
        func add(_ value: Float, to points: [Int], axis: Int) { for point in points { result[3 * point + axis] += value } }
        switch self {
        case .turn, .nod, .tilt, .size, .lips, .eyes: break
        case .across: add(v, to: [5], axis: 0)
        case .down: add(v, to: [5], axis: 1)
        case .smile:
            add(-0.01 * v, to: [20], axis: 1)
            add(-0.02 * v, to: [14], axis: 1)
            add(0.0065 * v, to: [17], axis: 1)
            add(0.003 * v, to: [17], axis: 2)
            add(-0.00275 * v, to: [13, 16], axis: 1)
            add(-0.0035 * v, to: [3, 7], axis: 1)
        case .pout: add(v, to: [19], axis: 0)
        case .purse:
            add(0.001 * v, to: [14], axis: 1)
            add(-0.0005 * v, to: [3, 7], axis: 1)
            add(-0.0005 * v, to: [17], axis: 2)
        case .grin:
            add(-0.001 * v, to: [20], axis: 2)
            add(-0.001 * v, to: [20, 14], axis: 1)
        case .open:
            add(0.001 * v, to: [19], axis: 1)
            add(0.0001 * v, to: [19], axis: 2)
            add(-0.0001 * v, to: [17], axis: 1)
        case .wink:
            add(0.001 * v, to: [11], axis: 1)
            add(-0.0003 * v, to: [13, 3], axis: 1)
            add(0.0003 * v, to: [17], axis: 0)
            add(0.0003 * v, to: [17], axis: 1)
        case .brow where v > 0:
            add(0.001 * v, to: [1], axis: 1)
            add(-0.001 * v, to: [2], axis: 1)
        case .brow:
            add(-0.001 * v, to: [1], axis: 0)
            add(0.001 * v, to: [2], axis: 0)
            add(0.0003 * v, to: [1], axis: 1)
            add(-0.0003 * v, to: [2], axis: 1)
        case .gaze:
            // The eye on the side that is looked to moves less.
            add(v * (v > 0 ? 0.0007 : 0.001), to: [11], axis: 0)
            add(v * (v > 0 ? 0.001 : 0.0007), to: [15], axis: 0)
        case .gazeDown:
            // The lids follow: −v/2 of what closes both eyes.
            let lids = -v / 2
            add(-0.001 * v - 0.001 * lids, to: [11, 15], axis: 1)
            add(0.0003 * lids, to: [13, 16], axis: 1)
        }
        return result
    }
}
