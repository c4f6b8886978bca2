/// What is wrong with a pose that someone wrote, in one sentence.
public struct PoseTextError: Error, CustomStringConvertible, Equatable {
    public let description: String
}

extension PuppetPose {
    /// A pose from text such as `yaw=0.3,smile=1`; what is not named is as in a resting face.
    ///
    /// - Throws: `PoseTextError` for an unknown name, one given twice, a value that is no number or cannot be drawn.
    public init(text: String) throws {
        self.init()
        var given: Set<String> = []
        for setting in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard sides.count == 2, !sides[0].isEmpty else {
                throw PoseTextError(description: "expected NAME=VALUE,NAME=VALUE, found '\(setting)'.")
            }
            let name = String(sides[0].map { $0 == "-" ? "_" : $0 })
            guard let part = Self.parts.first(where: { $0.name == name }) else {
                let names = Self.parts.map(\.name).joined(separator: ", ")
                throw PoseTextError(description: "a pose has no '\(sides[0])'; it has \(names).")
            }
            guard given.insert(name).inserted else {
                throw PoseTextError(description: "\(name) is given twice.")
            }
            guard let value = Float(sides[1]), part.range.contains(value) else {
                let unit = part.unit.isEmpty ? "" : " \(part.unit)"
                throw PoseTextError(
                    description: "\(name) wants a number from \(part.range.lowerBound) to "
                        + "\(part.range.upperBound)\(unit), not '\(sides[1])'.")
            }
            self[keyPath: part.value] = value
        }
    }
}
