import Faces
import Media
import Networks
import Tensors

/// A picture and what supplied networks see in it, each computed once, at its first use.
final class MeasuredPicture {
    let picture: Picture
    private let networks: SuppliedNetworks

    init(_ picture: Picture, _ networks: SuppliedNetworks) { (self.picture, self.networks) = (picture, networks) }

    private lazy var tensor = Tensor(picture)

    private lazy var appearance: LPIPS.Features? =
        min(picture.width, picture.height) < LPIPS.smallestSide
        ? nil : networks.lpips?.features(tensor)

    /// A vector of length 1.
    private lazy var identity: [Float]? = networks.identity.map { network in
        network.features(Tensor(picture.resized(width: network.side, height: network.side))).values
    }

    /// The features of `InceptionV3`.
    private(set) lazy var inception: [Float]? = networks.inception?.features(tensor).values

    /// The largest face; nil where none is seen, or nothing looks for it.
    private(set) lazy var face: Face? = networks.faces?.faces(in: picture).first

    /// How far its lids, lips and brows are apart, and how broad its mouth is.
    private(set) lazy var expression: FaceDistances? = face.map(FaceDistances.init)

    /// LPIPS; nil without its networks, or of too small pictures.
    func appearanceDistance(to other: MeasuredPicture) -> Double? {
        guard let own = appearance, let theirs = other.appearance else { return nil }
        return networks.lpips?.distance(own, theirs)
    }

    /// The Euclidean distance of identity features, 0 to 2; nil without a network.
    func identityDistance(to other: MeasuredPicture) -> Double? {
        guard let own = identity, let theirs = other.identity else { return nil }
        return zip(own, theirs).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
    }
}
