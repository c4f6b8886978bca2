import ArgumentParser
import Networks

/// What every command that generates pictures takes.
struct DetailOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Carry what the network loses of the source along with the motion: sharp, also beyond the network's size (default: as the "
                + "model says)."))
    var detail: Bool?

    func apply(to model: inout PortraitModel) {
        if let detail { model.usesDetail = detail }
    }
}
