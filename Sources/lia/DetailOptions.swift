import ArgumentParser
import ModelLibrary
import Networks

/// What every command that generates pictures takes.
struct DetailOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Carry what the network loses of the source along with the motion: sharp, also beyond the network's size (default: as the "
                + "model says)."))
    var detail: Bool?

    @Option(
        help: ArgumentHelp(
            "With detail: the model that paints mouths again where they move and faces are found (default: 'refiner' for 'portrait', where it "
                + "is among the models); none leaves them as the model makes them.", valueName: "name|path|none"),
        completion: .file())
    var refiner: String?

    /// - Throws: `FileError` and `CheckpointMisfit` for a refiner that cannot be read, or a model that is none.
    func apply(to model: inout PortraitModel) throws {
        if let detail { model.usesDetail = detail }
        guard let refiner else { return }
        if refiner != "none", !model.usesDetail {
            throw ValidationError(
                "--refiner paints mouths of portraits with detail, and \(model.name) \(detail == false ? "is used without it" : "has none"); "
                    + "\(detail == false ? "leave --no-detail or --refiner out" : "leave --refiner out, or pass --detail").")
        }
        model.refiner = refiner == "none" ? nil : try ModelLocator.model(refiner).mouthRefiner
    }
}
