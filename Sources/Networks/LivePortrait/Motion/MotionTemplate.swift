import Checkpoints
import Files

/// A driving video's motion as the LivePortrait authors' program keeps it beside the video (.pkl): "n_frames", "output_fps", and in "motion"
/// for each frame "scale" (1×1), "R" (1×3×3), "exp" (1×21×3), "t" (1×3) and in newer files "kp" (1×21×3); "c_eyes_lst" (1×2 each) and
/// "c_lip_lst" (1×1 each) are the ratios of eyes and lips. Older files say "R_d", "c_d_eyes_lst" and "c_d_lip_lst"; some have no ratios.
package struct MotionTemplate {
    package let frames: [HeadMotion]
    /// Frames a second.
    package let rate: Double

    /// - Throws: `FileError` (input) when it cannot be read, is damaged or no template, or its lists have other lengths than it says.
    package init(path: String) throws {
        guard case .dictionary(let content) = try PickledValue(path: path), case .list(let motions)? = content["motion"] else {
            throw FileError(
                .input, path,
                "is a pickle, but no motion template of LivePortrait: expected a dictionary with \"motion\", a list of frames; "
                    + "a checkpoint goes with --model")
        }
        guard !motions.isEmpty else { throw FileError(.input, path, "is a motion template without frames; make it again from its video") }
        if let stated = content["n_frames"]?.number, stated != Double(motions.count) {
            throw FileError(
                .input, path,
                "says n_frames \(Self.text(stated)), and its \"motion\" has \(motions.count) frames; make it again from its video")
        }
        func ratios(_ names: [String], _ width: Int) throws -> [[Float]]? {
            for name in names {
                guard let value = content[name] else { continue }
                guard case .list(let items) = value else {
                    throw FileError(.input, path, "expected a list as \"\(name)\"; the file is damaged")
                }
                // Files without ratios may hold an empty list.
                if items.isEmpty { return nil }
                guard items.count == motions.count else {
                    throw FileError(
                        .input, path,
                        "has \(items.count) ratios in \"\(name)\" for \(motions.count) frames; make it again from its video")
                }
                return try items.enumerated().map { try Self.numbers($1, width, "\(name)[\($0)]", path) }
            }
            return nil
        }
        let eyes = try ratios(["c_eyes_lst", "c_d_eyes_lst"], 2), lips = try ratios(["c_lip_lst", "c_d_lip_lst"], 1)
        frames = try motions.enumerated().map { index, value in
            guard case .dictionary(let frame) = value else {
                throw FileError(.input, path, "expected a dictionary as frame \(index + 1) of \"motion\"; the file is damaged")
            }
            func numbers(_ names: [String], _ count: Int) throws -> [Float] {
                guard let name = names.first(where: { frame[$0] != nil }) else {
                    throw FileError(.input, path, "frame \(index + 1) of \"motion\" has no \"\(names[0])\"; make it again from its video")
                }
                return try Self.numbers(frame[name]!, count, "\"\(name)\" of frame \(index + 1)", path)
            }
            var opening: FaceOpening?
            if let eyes, let lips { opening = FaceOpening(leftEye: eyes[index][0], rightEye: eyes[index][1], lips: lips[index][0]) }
            return HeadMotion(
                keyPoints: frame["kp"] == nil ? [Float](repeating: 0, count: 63) : try numbers(["kp"], 63),
                expression: try numbers(["exp"], 63), rotation: HeadRotation(values: try numbers(["R", "R_d"], 9)),
                translation: try numbers(["t"], 3), scale: try numbers(["scale"], 1)[0], opening: opening)
        }
        var rate = 25.0
        if let stated = content["output_fps"]?.number { rate = stated }
        guard (1e-3...1e4).contains(rate) else {
            throw FileError(.input, path, "expected frames a second as \"output_fps\", found \(Self.text(rate)); the file is damaged")
        }
        self.rate = rate
    }

    /// The numbers of an array, all of them finite.
    private static func numbers(_ value: PickledValue, _ count: Int, _ name: String, _ path: String) throws -> [Float] {
        var found: [Float] = []
        switch value {
        case .array(_, let values): found = values
        case .number(let number): found = [Float(number)]
        case .list(let items): found = items.compactMap { $0.number.map(Float.init) }
        default: break
        }
        guard found.count == count, found.allSatisfy(\.isFinite) else {
            let problem = found.count == count ? "numbers that are not finite" : "\(found.count)"
            throw FileError(.input, path, "expected \(count) finite numbers as \(name), found \(problem); make it again from its video")
        }
        return found
    }

    /// Without ".0".
    private static func text(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? String(number) }
}
