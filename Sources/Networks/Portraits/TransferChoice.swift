/// A choice of a `Transfer` that not every family offers.
public enum TransferChoice: String, CaseIterable, Sendable {
    case controls, region, stitching, eyes, lips, animals, scale, gains
}
