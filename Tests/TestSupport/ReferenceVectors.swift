import Checkpoints
import Tensors

/// Numbers computed by the LIA authors' PyTorch modules (see Fixtures/reference/README.md).
public struct ReferenceVectors: Sendable {
    private let file: Checkpoint

    /// Values and gradients of single operators.
    public static func operators() throws -> ReferenceVectors { try file("reference/operators.safetensors") }

    /// The small network run.
    public static func tinyNetwork() throws -> ReferenceVectors { try file("reference/lia-tiny.cases.safetensors") }

    /// Any fixture of named tensors.
    public static func file(_ name: String) throws -> ReferenceVectors {
        try ReferenceVectors(file: Checkpoint.open(Fixture.path(name)))
    }

    public func callAsFunction(_ name: String) throws -> Tensor { try file.tensor(name) }

    /// Inputs and parameters of a case of which the file has gradients, by their names: "input0", "param/weight".
    public func differentiated(_ prefix: String) throws -> [String: Tensor] {
        let wanted =
            names(under: prefix + "grad_input").map { "input\($0)" } + names(under: prefix + "grad_param/").map { "param/\($0)" }
        return try Dictionary(uniqueKeysWithValues: wanted.map { ($0, try self(prefix + $0)) })
    }

    /// The names under a prefix, without it.
    public func names(under prefix: String) -> [String] {
        file.entries.map(\.name).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }
}
