import Files
import Foundation
import Networks

/// Every setting of a training run, as it stands in one JSON file.
public struct TrainingConfiguration: Codable, Equatable, Sendable {
    // The network.

    /// Side of the pictures, in pixels: a power of two from 32.
    public var size = 128
    /// Channels by resolution, from 4 px: "4:192 8:192 … 128:16".
    public var channels = "4:192 8:192 16:128 32:96 64:48 128:16"
    /// Width of the latent code.
    public var code = 256
    /// Directions in the motion dictionary.
    public var directions = 20
    /// "orthonormal", "free" or "none" (see `MotionDictionary.Kind`); without one, `directions` says nothing.
    public var dictionary = MotionDictionary.Kind.orthonormal.rawValue
    /// Whether masks blend the generator's own features in.
    public var masks = true

    // The steps.

    public var steps = 20_000
    /// Frames of one clip in a group (K): each is encoded once and reconstructed once.
    public var groupSize = 4
    /// Groups in a step.
    public var groups = 2
    /// Steps whose gradients are averaged before the weights change.
    public var accumulation = 1
    public var seed = 1

    // Adam.

    public var learningRate = 0.002
    /// Steps in which the learning rate rises from nothing.
    public var warmupSteps = 200
    /// What the learning rate falls to, along a cosine.
    public var finalLearningRate = 0.0001
    public var beta1 = 0.9
    public var beta2 = 0.99
    public var epsilon = 1e-8
    /// The longest gradient that is followed whole; 0 for no limit.
    public var clipNorm = 5.0
    /// How much of the weights' moving average stays at each step.
    public var averageDecay = 0.999

    /// Beginnings of the names of parameters that stay as they are, separated by commas: "enc" for the whole encoder. For
    /// fine-tuning.
    public var frozen = ""

    // The losses' weights.

    /// Whether the network learns with the source's detail added (see `SourceDetail`), as models whose model.json says so are used:
    /// of every person in a group one frame is the source of all, itself among them. Not in the paper.
    public var detail = false
    public var l1 = 1.0
    /// Of the perceptual loss; 10 in the paper, for VGG-19.
    public var perceptual = 1.0
    /// A file of torchvision's VGG-19 weights; empty for the substitute that needs none.
    public var perceptualWeights = ""
    /// Of the mean absolute difference where the source and the driving frame differ, eyes and mouth among them, most of a picture
    /// being still. Not in the paper.
    public var moving = 0.0
    /// Of 1 − SSIM. Not in the paper.
    public var ssim = 0.0
    /// Of the non-saturating adversarial loss; 0 for none.
    public var adversarial = 0.0
    /// The step from which the adversarial loss counts.
    public var adversarialFrom = 5000
    /// Of the magnitudes' mean absolute value (LIA-X).
    public var sparsity = 0.0
    /// Of the known flow's L1, at first and at last; the fall takes `flowSteps`. Not in the paper.
    public var flowStart = 4.0
    public var flowEnd = 0.3
    public var flowSteps = 2500
    /// The part of its weight that pixels share by how far they move, rather than alike: lids and lips are few.
    public var flowMoving = 0.0

    /// Of the finest mask's mean inside mouths that open where the known flow finds nothing but the line of closed lips to show, with
    /// how far it is from half open there where the source is rebuilt as it is (`detail`). Not in the paper.
    public var closing = 0.0

    // The data.

    /// The part of the groups that are drawn: puppets, each a person never seen before, whose flow is known.
    public var puppets = 0.0
    /// The part of the drawn groups that show two people in the same poses, each rebuilt with the other's motion. Not in the
    /// paper: no film shows two people move alike.
    public var crossIdentity = 0.0
    /// The part of those that are rebuilt by relative transfer, from the source's pose on: what is a person's own in the magnitudes then
    /// does not count. The others take the other's magnitudes as they are.
    public var crossRelative = 0.0
    /// The part of the groups in which the face moves and the head hardly: drawn people keep theirs still, and of a clip frames of one
    /// moment are taken.
    public var expressions = 0.0
    /// Which directions stand for which parts of a pose, and what a magnitude changes by for 1 of its part: entries such as
    /// "mouth_open:12:11.5" (the part of a drawn person's pose, or several joined by + for their mean; the direction, from 1; the
    /// amount), separated by spaces. Where they are given, drawn people whose heads are still are rebuilt with their true poses in
    /// these magnitudes instead of what the encoder reads, and so are moments of a clip by what landmarks say. Empty for none.
    public var knownParts = ""
    /// A file of the landmarks of the data set's faces, made by Tools/training/find-landmarks; empty for none. The flow of clips' faces is then
    /// known as that of drawn people is.
    public var landmarks = ""
    /// The part of the other groups that are one frame under random warps whose flow is known, at first and at last.
    public var pseudoMotionStart = 0.8
    public var pseudoMotionEnd = 0.2
    public var pseudoMotionSteps = 2500
    /// Whether groups are mirrored at random.
    public var flip = true
    /// How strongly brightness, contrast and saturation vary; 0 for not.
    public var colour = 0.2
    /// How far groups are turned, in degrees, scaled, and shifted, in parts of the side, as a whole.
    public var rotation = 6.0
    public var scale = 0.08
    public var shift = 0.04
    /// How far hues turn, in degrees.
    public var hue = 8.0
    /// How far faces are reshaped by a smooth warp that a whole group shares, in halves of the picture: more people out of few.
    public var warp = 0.05
    /// The part of the clips that is held out.
    public var validation = 0.1
    /// Names of clips or identities to hold out instead, separated by commas; empty for the part above.
    public var validationClips = ""

    // The start.

    /// Flow weights begin at zero and the first mask bias at +2, so that training starts from copying the source. Not in the
    /// paper, whose random flows take long to become useful.
    public var startsFromCopy = true

    // The record.

    public var checkpointEvery = 500
    public var sheetEvery = 500
    public var validateEvery = 500

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case size, channels, code, directions, dictionary, masks, steps, groups, frozen, accumulation, seed, beta1, beta2, epsilon, l1
        case perceptual, detail, landmarks, closing
        case hue, warp, adversarial, sparsity, puppets, moving, ssim, expressions, flip, colour, rotation, scale, shift, validation
        case groupSize = "group_size"
        case knownParts = "known_parts"
        case crossIdentity = "cross_identity"
        case crossRelative = "cross_relative"
        case learningRate = "learning_rate"
        case warmupSteps = "warmup_steps"
        case finalLearningRate = "final_learning_rate"
        case clipNorm = "clip_norm"
        case averageDecay = "average_decay"
        case perceptualWeights = "perceptual_weights"
        case validationClips = "validation_clips"
        case adversarialFrom = "adversarial_from"
        case flowStart = "flow_start"
        case flowEnd = "flow_end"
        case flowSteps = "flow_steps"
        case flowMoving = "flow_moving"
        case pseudoMotionStart = "pseudo_motion_start"
        case pseudoMotionEnd = "pseudo_motion_end"
        case pseudoMotionSteps = "pseudo_motion_steps"
        case startsFromCopy = "starts_from_copy"
        case checkpointEvery = "checkpoint_every"
        case sheetEvery = "sheet_every"
        case validateEvery = "validate_every"
    }

    /// How frames vary.
    public var augmentation: Augmentation {
        Augmentation(
            flip: flip, brightness: Float(colour), contrast: Float(colour), saturation: Float(colour),
            rotation: Float(rotation), scale: Float(scale), shift: Float(shift), hue: Float(hue), warp: Float(warp))
    }

    /// `knownParts`; nil when it cannot be read.
    package var knownDirections: [KnownDirection]? {
        let entries = knownParts.split(separator: " ").map { KnownDirection(String($0), directions: network.directions) }
        return entries.contains { $0 == nil } ? nil : entries.compactMap { $0 }
    }

    /// Which clips are held out.
    public var split: ValidationSplit {
        validationClips.isEmpty ? .fraction(validation) : .names(validationClips.split(separator: ",").map(String.init))
    }

    /// The measures of the network.
    public var network: LIAConfiguration {
        let kind = MotionDictionary.Kind(rawValue: dictionary)!
        return LIAConfiguration(
            size: size, channels: Self.table(channels, size: size)!, code: code, directions: kind == .absent ? code : directions,
            dictionary: kind, masks: masks)
    }

    /// Reads "4:192 8:192 … 128:16"; nil when it is not a table for `size`.
    static func table(_ text: String, size: Int) -> [Int]? {
        let entries = text.split(separator: " ").map { $0.split(separator: ":").map { Int($0) } }
        guard size >= 32, size.nonzeroBitCount == 1, entries.count == size.trailingZeroBitCount - 1 else { return nil }
        var counts: [Int] = []
        for (index, entry) in entries.enumerated() {
            guard entry.count == 2, entry[0] == 4 << index, let count = entry[1], (1...4096).contains(count) else { return nil }
            counts.append(count)
        }
        return counts
    }
}

extension TrainingConfiguration {
    /// Reads a JSON file; keys that it leaves out keep their defaults.
    ///
    /// - Parameter changes: settings that replace the file's: "learning_rate" → "0.001".
    /// - Throws: `FileError` (input) with the key, the value and what is allowed.
    public static func read(_ path: String?, changes: [(key: String, value: String)] = []) throws -> TrainingConfiguration {
        do {
            var settings: [String: Any] = [:]
            if let path {
                let text = Data(try MappedFile.contents(of: path, upTo: 1 << 20))
                guard let object = try? JSONSerialization.jsonObject(with: text) as? [String: Any] else {
                    throw FileError(.input, path, "is no JSON object of settings, such as {\"steps\": 20000}")
                }
                settings = object
            }
            for (key, value) in changes {
                // A number or a truth value where it reads as one, else text.
                settings[key] = (try? JSONSerialization.jsonObject(with: Data(value.utf8), options: .fragmentsAllowed)) ?? value
            }
            return try TrainingConfiguration(settings)
        } catch let error as SettingError {
            throw FileError(.input, path ?? "--set", error.description)
        }
    }

    /// - Throws: `SettingError`.
    init(_ settings: [String: Any]) throws {
        let standard = try JSONSerialization.jsonObject(with: JSONEncoder().encode(TrainingConfiguration())) as! [String: Any]
        let known = CodingKeys.allCases.map(\.rawValue).sorted()
        var merged = standard
        for (key, value) in settings {
            guard standard[key] != nil else {
                throw SettingError(key: key, value: "an unknown setting", allowed: "one of \(known.joined(separator: ", "))")
            }
            merged[key] = value
        }
        for key in known {
            // One by one, so that the error names the key.
            var single = standard
            single[key] = merged[key]
            let data = try? JSONSerialization.data(withJSONObject: single)
            guard let data, (try? JSONDecoder().decode(TrainingConfiguration.self, from: data)) != nil else {
                let kind: String
                switch standard[key] {
                case is String: kind = "text"
                case let number as NSNumber where CFBooleanLike.isBoolean(number): kind = "true or false"
                case let number as NSNumber where number.doubleValue == number.doubleValue.rounded() && !Self.fractions.contains(key):
                    kind = "a whole number"
                default: kind = "a number"
                }
                throw SettingError(key: key, value: "\(merged[key] ?? "nothing")", allowed: kind)
            }
        }
        self = try JSONDecoder().decode(
            TrainingConfiguration.self, from: JSONSerialization.data(withJSONObject: merged))
        try check()
    }

    /// Settings that take fractions although their defaults are whole.
    private static let fractions: Set<String> = [
        "l1", "perceptual", "adversarial", "sparsity", "flow_start", "flow_end", "rotation", "hue", "clip_norm", "puppets",
        "moving", "ssim", "expressions", "cross_identity", "cross_relative", "flow_moving", "closing",
    ]

    /// - Throws: `SettingError` for the first setting out of its range.
    func check() throws {
        func require(_ condition: Bool, _ key: CodingKeys, _ value: Any, _ allowed: String) throws {
            if !condition { throw SettingError(key: key.rawValue, value: "\(value)", allowed: allowed) }
        }
        try require((32...1024).contains(size) && size.nonzeroBitCount == 1, .size, size, "a power of two from 32 to 1024")
        try require(
            Self.table(channels, size: size) != nil, .channels, channels,
            "a count for each resolution up to \(size) px, such as \"4:192 8:192 16:128 32:96\"")
        try require((1...4096).contains(code), .code, code, "1 to 4096")
        try require((1...code).contains(directions), .directions, directions, "1 to \(code) (the code's width)")
        try require(
            MotionDictionary.Kind(rawValue: dictionary) != nil, .dictionary, dictionary,
            "one of \(MotionDictionary.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        try require(
            knownDirections != nil, .knownParts, knownParts,
            "entries part:direction:amount, such as \"mouth_open:12:11.5\", separated by spaces; directions from 1 to \(directions)")
        try require(steps >= 1, .steps, steps, "at least 1")
        try require((2...64).contains(groupSize), .groupSize, groupSize, "2 to 64")
        try require(
            crossIdentity == 0 || groupSize % 2 == 0 && groupSize >= 4, .groupSize, groupSize,
            "an even number from 4 where cross_identity is above 0")
        try require((1...256).contains(groups), .groups, groups, "1 to 256")
        try require((1...1024).contains(accumulation), .accumulation, accumulation, "1 to 1024")
        try require(seed >= 0, .seed, seed, "at least 0")
        try require(learningRate > 0 && learningRate <= 1, .learningRate, learningRate, "more than 0, at most 1")
        try require(
            (0...learningRate).contains(finalLearningRate), .finalLearningRate, finalLearningRate, "0 to learning_rate")
        try require(warmupSteps >= 0, .warmupSteps, warmupSteps, "at least 0")
        try require((0..<1).contains(beta1), .beta1, beta1, "0 to less than 1")
        try require((0..<1).contains(beta2), .beta2, beta2, "0 to less than 1")
        try require(epsilon > 0, .epsilon, epsilon, "more than 0")
        try require(clipNorm >= 0, .clipNorm, clipNorm, "at least 0")
        try require((0..<1).contains(averageDecay), .averageDecay, averageDecay, "0 to less than 1")
        for (key, weight) in [
            (CodingKeys.l1, l1), (.perceptual, perceptual), (.moving, moving), (.ssim, ssim), (.adversarial, adversarial), (.sparsity, sparsity),
            (.flowStart, flowStart), (.flowEnd, flowEnd), (.closing, closing),
        ] { try require((0...1000).contains(weight), key, weight, "0 to 1000") }
        try require(closing == 0 || masks, .closing, closing, "0 where masks is false")
        try require(l1 + perceptual > 0, .l1, l1, "a weight above 0, or one for perceptual")
        for (key, part) in [
            (CodingKeys.puppets, puppets), (.crossIdentity, crossIdentity), (.crossRelative, crossRelative), (.flowMoving, flowMoving), (.expressions, expressions),
            (.pseudoMotionStart, pseudoMotionStart), (.pseudoMotionEnd, pseudoMotionEnd),
        ] {
            try require((0...1).contains(part), key, part, "0 to 1")
        }
        for (key, count) in [
            (CodingKeys.adversarialFrom, adversarialFrom), (.flowSteps, flowSteps), (.pseudoMotionSteps, pseudoMotionSteps),
            (.checkpointEvery, checkpointEvery), (.sheetEvery, sheetEvery), (.validateEvery, validateEvery),
        ] { try require(count >= 0, key, count, "at least 0") }
        try require((0..<1).contains(colour), .colour, colour, "0 to less than 1")
        try require((0...90).contains(rotation), .rotation, rotation, "0 to 90")
        try require((0...0.5).contains(scale), .scale, scale, "0 to 0.5")
        try require((0...0.5).contains(shift), .shift, shift, "0 to 0.5")
        try require((0...180).contains(hue), .hue, hue, "0 to 180")
        try require((0...0.12).contains(warp), .warp, warp, "0 to 0.12")
        try require((0..<1).contains(validation), .validation, validation, "0 to less than 1")
    }

    /// The value at `step` of what goes from `start` to `end` in `count` steps.
    package static func falling(_ start: Double, _ end: Double, _ count: Int, at step: Int) -> Double {
        step >= count ? end : start + (end - start) * Double(step) / Double(count)
    }

    /// The learning rate at `step`, counted from 0: rising over the warm-up, then along half a cosine.
    package func learningRate(at step: Int) -> Double {
        if step < warmupSteps { return learningRate * Double(step + 1) / Double(warmupSteps) }
        let progress = min(1, Double(step - warmupSteps) / Double(max(steps - warmupSteps, 1)))
        return finalLearningRate + (learningRate - finalLearningRate) * (1 + cos(.pi * progress)) / 2
    }
}

/// Tells a JSON truth value from a number, both of which are NSNumber.
private enum CFBooleanLike {
    static func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
