import Networks

/// A network that is trained beside the learned one and not part of the model, such as a discriminator.
public struct AuxiliaryNetwork {
    /// Names its loss in the record and begins the names of its tensors in checkpoints: "discriminator".
    public let name: String
    public let parameters: [Parameter]

    public init(name: String, parameters: [Parameter]) { (self.name, self.parameters) = (name, parameters) }
}
