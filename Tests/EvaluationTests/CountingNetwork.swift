import Checkpoints
import Networks
import Tensors

/// A network that tells of every frame that it reads or encodes.
final class CountingNetwork: VideoDriven, @unchecked Sendable {
    static let family = "counting", title = "Counting", signature = "none"
    static func prefix(in checkpoint: Checkpoint) -> String? { nil }

    private let network: LIA
    private let note: () -> Void

    init(_ network: LIA, _ note: @escaping () -> Void) { (self.network, self.note) = (network, note) }

    convenience init(_ checkpoint: Checkpoint, prefix: String) throws { self.init(try LIA(checkpoint, prefix: prefix)) {} }

    var inputSize: Int { network.inputSize }
    var outputSize: Int { network.outputSize }
    var motionCount: Int { network.motionCount }
    var measures: [NetworkMeasure] { network.measures }
    var parameters: [Parameter] { network.parameters }
    var controls: [Control] { network.controls }
    var views: [View] { network.views }

    func encode(_ picture: Tensor) throws -> any EncodedPortrait {
        note()
        return network.encode(picture)
    }

    func read(_ frame: Tensor) throws -> FrameReading {
        note()
        return network.read(frame)
    }

    func transfer(_ transfer: Transfer, driving: Tensor, reference: Tensor, to portrait: any EncodedPortrait) -> Tensor {
        network.transfer(transfer, driving: driving, reference: reference, to: portrait)
    }

    func distance(_ a: Tensor, _ b: Tensor) -> Float { network.distance(a, b) }
}
