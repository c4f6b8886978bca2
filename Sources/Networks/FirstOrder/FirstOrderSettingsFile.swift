import Checkpoints
import Files
import Foundation
import Yams

/// Where a network's settings stand: in a file beside its checkpoint, vox.config.json, vox.json, vox.yaml or vox.yml beside vox.pth.tar, with
/// the keys of model.json or those of the authors' configurations; in a model folder, in model.json.
struct FirstOrderSettingsFile {
    /// A setting's key in model.json, and how it is read.
    private static let keys: [String: (inout FirstOrderConfiguration, Double) -> Void] = [
        "size": { $0.settings.size = whole($1) }, "temperature": { $0.settings.temperature = Float($1) },
        "keypoint_padding": { $0.settings.keyPointPadding = whole($1) }, "heatmap_variance": { $0.settings.variance = Float($1) },
        "align_corners": { $0.settings.alignsCorners = $1 != 0 }, "detector_scale": { $0.rescale(\.detectorScale, whole($1)) },
        "motion_scale": { $0.rescale(\.motionScale, whole($1)) },
    ]

    static let names = keys.keys.sorted()

    /// Sets one setting.
    ///
    /// - Parameter text: a number, or true or false.
    /// - Returns: false when there is no such setting, or the text is no value of it.
    static func set(_ key: String, _ text: String, in configuration: inout FirstOrderConfiguration) -> Bool {
        let isFlag = key == "align_corners"
        let value = isFlag ? ["true": 1.0, "false": 0][text] : Double(text)
        guard let apply = keys[key], let value, value.isFinite else { return false }
        apply(&configuration, value)
        return true
    }

    /// A number of pixels or the like; one that no setting allows where it is no such number.
    private static func whole(_ value: Double) -> Int { abs(value) < 1e6 && value == value.rounded() ? Int(value) : -1 }

    private let path: String
    private let values: [String: Any]

    /// - Returns: nil when there is no such file.
    /// - Throws: `FileError` (input) when it cannot be read, or is no JSON object or YAML mapping.
    init?(beside checkpoint: String) throws {
        let file = URL(fileURLWithPath: checkpoint)
        var name = file.lastPathComponent
        while let ending = ["tar", "pth", "pt", "ckpt", "safetensors"].first(where: { name.hasSuffix("." + $0) }) {
            name.removeLast(ending.count + 1)
        }
        let candidates =
            (file.lastPathComponent == "weights.safetensors" ? ["model.json"] : [])
            + [".config.json", ".json", ".yaml", ".yml"].map { name + $0 }
        let folder = (checkpoint as NSString).deletingLastPathComponent as NSString
        guard
            let found = candidates.map({ folder.appendingPathComponent($0) }).first(where: {
                $0 != checkpoint && FileManager.default.fileExists(atPath: $0)
            })
        else { return nil }
        path = found
        let text = try MappedFile.contents(of: found, upTo: 1 << 20)
        let isYAML = found.hasSuffix(".yaml") || found.hasSuffix(".yml")
        let read = isYAML ? Self.yaml(text) : try? JSONSerialization.jsonObject(with: Data(text)) as? [String: Any]
        guard let read else {
            throw FileError(.input, found, "is no \(isYAML ? "YAML mapping" : "JSON object") of settings; mend or remove it")
        }
        // The authors' files have the networks' settings under this key.
        values = read.merging(read["model_params"] as? [String: Any] ?? [:]) { own, _ in own }
    }

    /// The mapping of a YAML document; nil where there is none, or one of more values than any configuration has: with aliases a short text can
    /// stand for an endless one.
    private static func yaml(_ text: [UInt8]) -> [String: Any]? {
        guard let node = try? Yams.compose(yaml: String(decoding: text, as: UTF8.self)) else { return nil }
        var left = 10_000
        let values = value(of: node, &left) as? [String: Any]
        return left > 0 ? values : nil
    }

    /// - Parameter left: how many values may still be read.
    private static func value(of node: Node, _ left: inout Int) -> Any {
        left -= 1
        guard left > 0 else { return 0 }
        switch node {
        case .scalar(let scalar):
            if let flag = node.bool { return flag }
            return node.float.map { $0 as Any } ?? scalar.string
        case .sequence(let sequence):
            var values: [Any] = []
            for element in sequence { values.append(value(of: element, &left)) }
            return values
        case .mapping(let mapping):
            var values: [String: Any] = [:]
            for (key, element) in mapping { values[key.string ?? ""] = value(of: element, &left) }
            return values
        case .alias: return ""
        }
    }

    /// Sets what the file says, and checks what the checkpoint's tensors say too.
    ///
    /// - Throws: `FileError` (input) for a value of another type, or one that contradicts the tensors.
    func apply(to configuration: inout FirstOrderConfiguration) throws {
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let apply = Self.keys[key] else { continue }
            apply(&configuration, try number(value, key))
        }
        try applyAuthors(to: &configuration)
        if let problem = configuration.problem { throw FileError(.input, path, problem) }
    }

    private func applyAuthors(to configuration: inout FirstOrderConfiguration) throws {
        func value(_ keys: String...) throws -> Double? {
            var place: Any? = values
            for key in keys { place = (place as? [String: Any])?[key] }
            return try place.map { try number($0, keys.joined(separator: ".")) }
        }
        let (d, g, m) = ("kp_detector_params", "generator_params", "dense_motion_params")
        if let temperature = try value(d, "temperature") { configuration.settings.temperature = Float(temperature) }
        if let padding = try value(d, "pad") { configuration.settings.keyPointPadding = Self.whole(padding) }
        if let variance = try value(g, m, "kp_variance") { configuration.settings.variance = Float(variance) }
        if let scale = try value(d, "scale_factor") { configuration.rescale(\.detectorScale, Self.whole(1 / scale)) }
        if let scale = try value(g, m, "scale_factor") { configuration.rescale(\.motionScale, Self.whole(1 / scale)) }
        if let shape = (values["dataset_params"] as? [String: Any])?["frame_shape"] {
            guard let sides = shape as? [Any], sides.count >= 2 else { throw misfit("dataset_params.frame_shape", "is no list") }
            let (height, width) = (try number(sides[0], "frame_shape"), try number(sides[1], "frame_shape"))
            guard height == width else { throw misfit("dataset_params.frame_shape", "is not square") }
            configuration.settings.size = Self.whole(height)
        }
        let maps = configuration.jacobianMaps, c = configuration
        let isShared = maps == 1 && c.points > 1
        let stated: [(key: String, says: Double?, found: Int)] = [
            ("common_params.num_kp", try value("common_params", "num_kp"), c.points),
            ("common_params.estimate_jacobian", try value("common_params", "estimate_jacobian"), maps > 0 ? 1 : 0),
            (
                "\(d).single_jacobian_map", maps > 0 && c.points > 1 ? try value(d, "single_jacobian_map") : nil, isShared ? 1 : 0
            ),
            ("\(d).num_blocks", try value(d, "num_blocks"), c.detector.encoder.count),
            ("\(g).num_down_blocks", try value(g, "num_down_blocks"), c.generator.count - 1),
            ("\(g).num_bottleneck_blocks", try value(g, "num_bottleneck_blocks"), c.bottleneckBlocks),
            ("\(g).block_expansion", try value(g, "block_expansion"), c.generator[0]),
            ("\(g).estimate_occlusion_map", try value(g, "estimate_occlusion_map"), c.estimatesOcclusion ? 1 : 0),
            ("\(g).\(m).num_blocks", try value(g, m, "num_blocks"), c.motion.encoder.count),
        ]
        for (key, says, found) in stated {
            guard let says, says != Double(found) else { continue }
            throw FileError(
                .input, path,
                "says \(key) \(Self.text(says)), but the checkpoint's tensors have \(found); use the configuration that it was trained with, "
                    + "or remove this file")
        }
    }

    private static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : String(value)
    }

    /// A number, or true and false as 1 and 0.
    private func number(_ value: Any, _ key: String) throws -> Double {
        let number = (value as? Bool).map { $0 ? 1 : 0 } ?? (value as? Double) ?? (value as? NSNumber)?.doubleValue
        guard let number, number.isFinite else { throw misfit(key, "is no number, true or false") }
        return number
    }

    private func misfit(_ key: String, _ problem: String) -> FileError {
        FileError(.input, path, "its \(key) \(problem); mend or remove the file")
    }
}
