import Checkpoints
import Files
import Operators
import Tensors

/// The networks of the First Order Motion Model (Siarohin, Lathuilière, Tulyakov, Ricci and Sebe 2019, "First order motion model for image
/// animation").
public final class FirstOrderNetworks: @unchecked Sendable {
    public let configuration: FirstOrderConfiguration
    public let detector: KeyPointDetector
    public let generator: InpaintingGenerator
    /// Everything that a converted model holds, in the order of its declaration.
    public let parameters: [Parameter]

    /// The two members that animation needs, as the authors' checkpoints hold them.
    var authorsCheckpoint: [CheckpointMember] {
        Self.members.map { member in
            CheckpointMember(
                key: String(member.dropLast()),
                tensors: parameters.filter { $0.name.hasPrefix(member) }.map { (String($0.name.dropFirst(member.count)), $0.value) })
        }
    }

    /// The members of a checkpoint that animation needs.
    static let members = ["generator.", "kp_detector."]

    /// The same tensors without the "module." that PyTorch's data parallelism puts after the members' names.
    ///
    /// - Throws: `FileError` (input) where a member holds a tensor with and without it.
    static func unwrapped(_ checkpoint: Checkpoint) throws -> Checkpoint {
        let wrapped = members.map { $0 + "module." }
        func wrapper(_ name: String) -> (range: Range<String.Index>, member: String)? {
            for (wrapped, member) in zip(wrapped, members) {
                if let range = name.range(of: wrapped), range.lowerBound == name.startIndex || name[..<range.lowerBound].last == "." {
                    return (range, member)
                }
            }
            return nil
        }
        guard checkpoint.entries.contains(where: { wrapper($0.name) != nil }) else { return checkpoint }
        return try checkpoint.renamed { name in wrapper(name).map { name.replacingCharacters(in: $0.range, with: $0.member) } ?? name }
    }

    /// Networks in a checkpoint. Of its members only the generator and the key point detector are read.
    ///
    /// - Parameters:
    ///   - prefix: what stands before the members' names.
    ///   - configuration: whose measures are those of the tensors' shapes.
    /// - Throws: `CheckpointMisfit` with every tensor that is missing, misshapen, unknown or not finite.
    public convenience init(_ checkpoint: Checkpoint, prefix: String, _ configuration: FirstOrderConfiguration) throws {
        let own = try checkpoint.renamed { name in
            guard name.hasPrefix(prefix) else { return nil }
            let rest = String(name.dropFirst(prefix.count))
            return Self.members.contains(where: { rest.hasPrefix($0) }) ? rest : nil
        }
        try self.init(configuration, ParameterBuilder(own, prefix: ""))
    }

    /// Networks with random weights, as training would start them: Jacobians are the identity everywhere.
    public convenience init(_ configuration: FirstOrderConfiguration, seed: UInt64) {
        // Random weights fit by construction.
        try! self.init(configuration, ParameterBuilder(seed: seed))
        for parameter in parameters where parameter.name.hasPrefix("kp_detector.jacobian.") {
            let isBias = parameter.shape.count == 1
            parameter.value = Tensor((0..<parameter.value.count).map { isBias && [0, 3].contains($0 % 4) ? 1 : 0 }, parameter.shape)
        }
    }

    private init(_ configuration: FirstOrderConfiguration, _ builder: ParameterBuilder) throws {
        let scope = ParameterScope(builder)
        self.configuration = configuration
        detector = KeyPointDetector(scope.scope("kp_detector"), configuration)
        generator = InpaintingGenerator(scope.scope("generator"), configuration)
        parameters = builder.parameters
        try builder.finish(wanted: "a complete checkpoint of the First Order Motion Model")
    }
}
