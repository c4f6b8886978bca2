import Puppets

/// A direction that stands for a part of a pose: how its magnitude follows from a drawn person's pose.
package struct KnownDirection {
    /// From 0.
    let direction: Int
    /// How much the magnitude changes when the part changes by 1.
    let amount: Float
    /// The parts whose mean it is.
    private let parts: [PosePart]

    /// Reads "blink_left+blink_right:7:12"; nil when it is not of this form, with a direction from 1 to `directions`.
    package init?(_ text: String, directions: Int) {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 3, let number = Int(fields[1]), (1...directions).contains(number), let amount = Float(fields[2]),
            amount.isFinite
        else { return nil }
        let names = fields[0].split(separator: "+", omittingEmptySubsequences: false)
        parts = names.compactMap { name in PuppetPose.parts.first { $0.name == name } }
        guard parts.count == names.count else { return nil }
        (direction, self.amount) = (number - 1, amount)
    }

    /// The names of the parts.
    var partNames: Set<String> { Set(parts.map(\.name)) }

    /// amount · mean of the parts: the magnitude of a pose, up to a constant of the person's.
    func magnitude(_ pose: PuppetPose) -> Float {
        amount * parts.reduce(0) { $0 + pose[keyPath: $1.value] } / Float(parts.count)
    }
}
