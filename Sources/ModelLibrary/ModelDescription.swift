import Networks

/// What `model.json` says of a model: some keys that all families share, and beside them the family's measures.
public struct ModelDescription: Codable, Equatable, Sendable {
    /// Version of this file's layout.
    public static let formatVersion = 1

    public var formatVersion = Self.formatVersion
    /// The network family: "lia".
    public var family: String
    /// What people call the model, and its folder's name.
    public var name: String
    /// Side of the square pictures that the network makes, in pixels.
    public var size: Int
    /// Values in the weights' file.
    public var parameters: Int
    /// How they are stored: "float32" or "float16".
    public var weights: String
    /// The file that the model was converted from, or how it came about.
    public var origin: String
    /// Whether the model is meant to be used with its source's detail (see `DetailedPortrait`); not where absent.
    public var detail: Bool?
    /// The family's measures, by name.
    public var measures: [String: NetworkMeasure.Value]

    private enum Key: String, CaseIterable {
        case formatVersion = "format_version"
        case family, name, size, parameters, weights, origin, detail
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
        init(_ key: Key) { stringValue = key.rawValue }
    }

    public init(of model: PortraitModel, weights: String, origin: String) {
        let network = model.network
        family = type(of: network).family
        name = model.name
        size = network.outputSize
        parameters = network.parameterCount
        self.weights = weights
        self.origin = origin
        detail = model.usesDetail ? true : nil
        measures = Dictionary(uniqueKeysWithValues: network.measures.map { ($0.name, $0.value) })
    }

    public init(from decoder: any Swift.Decoder) throws {
        let values = try decoder.container(keyedBy: AnyKey.self)
        formatVersion = try values.decode(Int.self, forKey: AnyKey(.formatVersion))
        family = try values.decode(String.self, forKey: AnyKey(.family))
        name = try values.decode(String.self, forKey: AnyKey(.name))
        size = try values.decode(Int.self, forKey: AnyKey(.size))
        parameters = try values.decode(Int.self, forKey: AnyKey(.parameters))
        weights = try values.decode(String.self, forKey: AnyKey(.weights))
        origin = try values.decode(String.self, forKey: AnyKey(.origin))
        detail = try values.decodeIfPresent(Bool.self, forKey: AnyKey(.detail))
        measures = [:]
        for key in values.allKeys where Key(rawValue: key.stringValue) == nil {
            measures[key.stringValue] = try values.decode(NetworkMeasure.Value.self, forKey: key)
        }
    }

    public func encode(to encoder: any Swift.Encoder) throws {
        var values = encoder.container(keyedBy: AnyKey.self)
        for (name, value) in measures { try values.encode(value, forKey: AnyKey(stringValue: name)) }
        try values.encode(formatVersion, forKey: AnyKey(.formatVersion))
        try values.encode(family, forKey: AnyKey(.family))
        try values.encode(name, forKey: AnyKey(.name))
        try values.encode(size, forKey: AnyKey(.size))
        try values.encode(parameters, forKey: AnyKey(.parameters))
        try values.encode(weights, forKey: AnyKey(.weights))
        try values.encode(origin, forKey: AnyKey(.origin))
        try values.encodeIfPresent(detail, forKey: AnyKey(.detail))
    }

    /// What the weights themselves say, in words, as far as `other` says it too: an older file may lack a measure.
    func measures(knownTo other: ModelDescription) -> String {
        let shared = measures.filter { other.measures[$0.key] != nil }
            .sorted { $0.key < $1.key }.map { "\($0.key) \(Self.text($0.value))" }
        return (["\(size) px"] + shared + ["\(parameters) parameters"]).joined(separator: ", ")
    }

    /// The first measure that is a number here and a text there, or the like; nil where all are alike.
    func firstMisfit(_ other: ModelDescription) -> String? {
        measures.keys.sorted().first { key in
            guard let own = measures[key], let theirs = other.measures[key] else { return false }
            switch (own, theirs) {
            case (.number, .number), (.decimal, .decimal), (.number, .decimal), (.decimal, .number), (.text, .text), (.flag, .flag):
                return false
            default: return true
            }
        }
    }

    private static func text(_ value: NetworkMeasure.Value) -> String {
        switch value {
        case .number(let number): return String(number)
        // A whole decimal is read back as a number.
        case .decimal(let decimal): return decimal == decimal.rounded() && abs(decimal) < 1e9 ? String(Int(decimal)) : String(decimal)
        case .text(let text): return text
        case .flag(let flag): return String(flag)
        }
    }
}
