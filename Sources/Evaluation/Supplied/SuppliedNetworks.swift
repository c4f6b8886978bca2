import Checkpoints
import Faces
import Files
import Foundation
import Networks

/// Networks that measures rest on and that the user supplies as files; a measure whose files are absent is left out.
public struct SuppliedNetworks: @unchecked Sendable {
    /// A measure and what it rests on.
    public struct Entry: Encodable, Sendable {
        /// "LPIPS", "FID" or "AED".
        public let measure: String
        public let network: String
        /// Their names, without folders.
        public let files: [String]
    }

    public private(set) var entries: [Entry] = []
    private(set) var lpips: LPIPS?
    private(set) var inception: InceptionV3?
    private(set) var identity: (any IdentityNetwork)?
    /// What finds landmarks of faces; nil for none.
    private(set) var faces: FaceFinder?
    /// Whether measures by landmarks are wanted.
    public var wantsFaces = true
    private var paths: [String] = []

    /// None.
    public init() {}

    /// - Parameters:
    ///   - lpipsBackbone, lpipsLinear: AlexNet or VGG-16 in torchvision's layout, and the linear layers of the lpips package;
    ///     both or neither.
    ///   - inception: Inception v3 of pytorch-fid or torchvision.
    ///   - identity: facenet-pytorch's InceptionResnetV1 or insightface's iresnet.
    /// - Throws: `FileError` (input) and `CheckpointMisfit` for a file that is not what it should be.
    public init(
        lpipsBackbone: String? = nil, lpipsLinear: String? = nil, inception: String? = nil, identity: String? = nil
    ) throws {
        if let lpipsBackbone, let lpipsLinear {
            let network = try LPIPS(backbone: .open(lpipsBackbone), linear: .open(lpipsLinear))
            lpips = network
            note("LPIPS", network.name, [lpipsBackbone, lpipsLinear])
        }
        if let inception {
            let network = try InceptionV3(.open(inception))
            self.inception = network
            note("FID", network.kind == .frechet ? "Inception v3 of pytorch-fid" : "Inception v3 of torchvision", [inception])
        }
        if let identity {
            let network = try IdentityNetworks.open(.open(identity))
            self.identity = network
            note("AED", network.name, [identity])
        }
    }

    /// Adds MediaPipe's networks of landmarks, on which AKD and the following of lids, lips, brows and breadth rest.
    ///
    /// - Parameter folder: of their files.
    /// - Throws: `FileError` (input) when one is absent, damaged, or another network.
    public mutating func addFaces(folder: String) throws {
        faces = try FaceFinder(folder: folder)
        let files = FaceFinder.fileNames.map { (folder as NSString).appendingPathComponent($0) }
        note(Self.landmarkMeasure, Self.landmarkNetwork, files)
    }

    /// What the measures by landmarks are listed under, and the network that they rest on.
    static let landmarkMeasure = "AKD", landmarkNetwork = "MediaPipe 0.10.14"

    private mutating func note(_ measure: String, _ network: String, _ files: [String]) {
        entries.append(Entry(measure: measure, network: network, files: files.map { ($0 as NSString).lastPathComponent }))
        paths += files
    }

    /// What the measures of supplied networks depend on.
    ///
    /// - Throws: `FileError` (input) when a file cannot be read any more.
    func digest() throws -> String { try paths.map { try Digest.of(file: $0) }.joined(separator: ",") }

    /// What the distance of all frames is called by the network that there is.
    var frechetMeasure: Measure { inception?.kind == .torchvision ? .frechetTorchvision : .frechet }

    /// What the measures that no network was supplied for would need.
    ///
    /// - Parameter hasTruth: whether there is a truth, which LPIPS takes.
    func absent(hasTruth: Bool) -> [EvaluationReport.Absent] {
        var absent: [EvaluationReport.Absent] = []
        if lpips == nil && hasTruth {
            let linear = "--lpips-linear (the lpips package's alex.pth or vgg.pth)"
            absent.append(.init(measure: "LPIPS", needs: "--lpips-backbone (torchvision's AlexNet or VGG-16) and " + linear))
        }
        if inception == nil {
            let files = "pytorch-fid's pt_inception-2015-12-05 or torchvision's inception_v3"
            absent.append(.init(measure: "FID", needs: "--inception (\(files))"))
        }
        if identity == nil {
            let files = "facenet-pytorch's InceptionResnetV1 or insightface's iresnet"
            absent.append(.init(measure: "AED", needs: "--identity-network (\(files))"))
        }
        if faces == nil, wantsFaces {
            let following = "how lids, lips, brows and the mouth's breadth follow"
            let what = hasTruth ? "\(Self.landmarkMeasure), and \(following)" : following
            absent.append(.init(measure: what, needs: "the networks of faces ('\(FaceFinder.command)' brings them)"))
        }
        return absent
    }
}
