/// The error that lists every tensor of a checkpoint that does not fit the network.
public struct CheckpointMisfit: Error, CustomStringConvertible {
    public internal(set) var path = ""
    /// What the user should use instead: "a complete checkpoint".
    var wanted = ""
    /// Names that the network needs and the file lacks.
    public internal(set) var missing: [String] = []
    /// Names whose shapes differ.
    public internal(set) var misshapen: [(name: String, expected: [Int], found: [Int])] = []
    /// Names in the file that no network of this kind has.
    public internal(set) var unknown: [String] = []
    /// Names whose values cannot be used, with the reason.
    public internal(set) var unreadable: [(name: String, reason: String)] = []
    /// Names of tensors that hold NaN or infinity.
    public internal(set) var notFinite: [String] = []

    var isEmpty: Bool {
        missing.isEmpty && misshapen.isEmpty && unknown.isEmpty && unreadable.isEmpty && notFinite.isEmpty
    }

    public var description: String {
        func list(_ label: String, _ names: [String]) -> String? {
            names.isEmpty ? nil : "\(names.count) \(label): \(names.joined(separator: ", "))"
        }
        let parts = [
            list("missing", missing),
            list(
                "of another shape",
                misshapen.map { "\($0.name) (expected \(Self.text($0.expected)), found \(Self.text($0.found)))" }),
            list("unknown", unknown),
            list("unreadable", unreadable.map { "\($0.name) (\($0.reason))" }),
            list("with NaN or infinite values", notFinite),
        ].compactMap { $0 }
        return "\(path): its tensors do not fit the network; " + parts.joined(separator: "; ")
            + "; use \(wanted)"
    }

    private static func text(_ shape: [Int]) -> String {
        shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: "×")
    }
}
