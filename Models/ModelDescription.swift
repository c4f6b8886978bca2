import Foundation
import Networks

/// What `model.json` says of a model.
public struct ModelDescription: Codable, Equatable, Sendable {
    /// Version of this file's layout.
    public static let formatVersion = 1

    public var formatVersion = Self.formatVersion
    /// The network family: "lia".
    public var family: String
    /// What people call the model, and its folder's name.
    public var name: String
    /// Side of the square pictures, in pixels.
    public var size: Int
    /// Channels by resolution: "4:512 8:512 … 256:64".
    public var channels: String
    /// Width of the latent code.
    public var code: Int
    /// Directions in the motion dictionary.
    public var directions: Int
    /// Learned values.
    public var parameters: Int
    /// How they are stored: "float32" or "float16".
    public var weights: String
    /// The file that the model was converted from, or how it came about.
    public var origin: String
    /// Whether the model is meant to be used with its source's detail (see `SourceDetail`); not where absent.
    public var detail: Bool?

    enum CodingKeys: String, CodingKey {
        case formatVersion = "format_version"
        case family, name, size, channels, code, directions, parameters, weights, origin, detail
    }

    public init(of network: LIA, name: String, weights: String, origin: String) {
        family = LIA.family
        self.name = name
        size = network.configuration.size
        channels = network.configuration.channelTable
        code = network.configuration.code
        directions = network.configuration.directions
        parameters = network.parameters.reduce(0) { $0 + $1.value.count }
        self.weights = weights
        self.origin = origin
        detail = network.usesDetail ? true : nil
    }

    /// What the weights themselves say, in words.
    var measures: String {
        "\(size) px, channels \(channels), code \(code), \(directions) directions, \(parameters) parameters"
    }
}
