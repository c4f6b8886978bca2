import Puppets

/// A direction that stands for a part of a pose: how its magnitude follows from the pose.
package struct KnownDirection {
    /// From 0.
    let direction: Int
    /// The magnitude where the part is 1 more than at rest.
    let amount: Float
    /// What the encoder is to read of a change, as a multiple of the magnitude that stands for it.
    let emphasis: Float
    /// The parts whose mean it is.
    private let parts: [PosePart]

    /// Reads "blink_left+blink_right:7:12", or with the emphasis "…:12:1.5"; nil when it is not of this form, with a direction from 1 to
    /// `directions`.
    package init?(_ text: String, directions: Int) {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (3...4).contains(fields.count), let number = Int(fields[1]), (1...directions).contains(number),
            let amount = Float(fields[2]), amount.isFinite, let emphasis = fields.count == 4 ? Float(fields[3]) : 1,
            (0.1...10).contains(emphasis)
        else { return nil }
        let names = fields[0].split(separator: "+", omittingEmptySubsequences: false)
        parts = names.compactMap { name in PuppetPose.parts.first { $0.name == name } }
        guard parts.count == names.count else { return nil }
        (direction, self.amount, self.emphasis) = (number - 1, amount, emphasis)
    }

    /// amount · mean of the parts, each counted from rest: the magnitude of a pose; no number where a part is not known.
    package func magnitude(_ pose: PuppetPose) -> Float {
        let rest = PuppetPose()
        return amount * parts.reduce(0) { $0 + pose[keyPath: $1.value] - rest[keyPath: $1.value] } / Float(parts.count)
    }
}
