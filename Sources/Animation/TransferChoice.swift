import Files
import Networks

extension TransferChoice {
    /// What cannot be chosen, for messages.
    var meaning: String {
        switch self {
        case .controls: "directions to transfer"
        case .region: "a region of the face to transfer"
        case .stitching: "whether the head is joined to its shoulders"
        case .eyes: "how far the eyes open"
        case .lips: "how far the lips open"
        case .animals: "to animate animals"
        case .scale: "to adapt motion to the portrait's size"
        case .gains: "to leave gains of directions out"
        }
    }

    /// The command line's options that choose it.
    var option: String {
        switch self {
        case .controls: "--only and --without"
        case .region: "--region"
        case .stitching: "--no-stitching"
        case .eyes: "--eyes and --keep-eyes"
        case .lips: "--lips and --close-lips"
        case .animals: "--animal"
        case .scale: "--adapt-scale"
        case .gains: "--no-gains"
        }
    }
}

extension PortraitModel {
    /// Whether the model's family offers what is requested of a transfer.
    ///
    /// - Throws: `FileError` (input) that names the options to leave out.
    public func check(_ transfer: Transfer) throws {
        let network = try videoDriven
        guard let choice = transfer.choices.subtracting(network.choices).min(by: { $0.rawValue < $1.rawValue }) else { return }
        throw FileError(
            .input, name,
            "is a model of the family \(type(of: network).title), which cannot choose \(choice.meaning); leave \(choice.option) out")
    }
}
