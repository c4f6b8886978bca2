import Checkpoints
import Files
import Media
import ModelLibrary
import Networks
import Operators
import Tensors

/// A family that no file outside Tests knows: it reads 32 px, makes 64 px, and its motion is where the picture's brightness lies.
///
/// In a pose the whole picture is shifted by how far the motion is from the portrait's own, times the gain in the checkpoint.
public final class ToyNetwork: VideoDriven, @unchecked Sendable {
    public static let family = "toy"
    public static let title = "Toy"
    public static let signature = "the tensor toy.gain"

    public let gain: Parameter

    public init(gain: Float) { self.gain = Parameter(name: "toy.gain", value: Tensor([gain], [1])) }

    public static func prefix(in checkpoint: Checkpoint) -> String? {
        checkpoint.entries.first { $0.name.hasSuffix("toy.gain") }.map { String($0.name.dropLast("toy.gain".count)) }
    }

    public convenience init(_ checkpoint: Checkpoint, prefix: String) throws {
        self.init(gain: try checkpoint.tensor(prefix + "toy.gain").values[0])
    }

    public var inputSize: Int { 32 }
    public var outputSize: Int { 64 }
    public var motionCount: Int { 2 }
    public var measures: [NetworkMeasure] { [NetworkMeasure("axes", 2)] }
    public var parameters: [Parameter] { [gain] }
    public var controls: [Control] {
        [Control(number: 1, name: "across", range: -0.5...0.5), Control(number: 2, name: "down", range: -0.5...0.5)]
    }
    public var views: [View] {
        [
            View(name: "shift", label: "Shift", kind: .flow, explanation: "Where pixels come from; full is {scale}.", sides: [64]),
            View(name: "cover", label: "Cover", kind: .mask, explanation: "White throughout.", sides: [64]),
        ]
    }

    public func encode(_ picture: Tensor) -> any EncodedPortrait {
        ToyPortrait(network: self, picture: Enlargement.forward(picture, side: outputSize), motion: motion(of: picture))
    }

    /// The centroid of brightness, from −1 to 1 across and down.
    public func read(_ frame: Tensor) -> FrameReading { FrameReading(motion: motion(of: frame), appearance: nil) }

    public func motion(of frame: Tensor) -> Tensor {
        let (height, width) = (frame.shape[2], frame.shape[3]), values = frame.values
        var sum = Float(0), x = Float(0), y = Float(0)
        for row in 0..<height {
            for column in 0..<width {
                let weight = values[row * width + column] + 1
                sum += weight
                x += weight * (2 * (Float(column) + 0.5) / Float(width) - 1)
                y += weight * (2 * (Float(row) + 0.5) / Float(height) - 1)
            }
        }
        return Tensor([x / sum, y / sum], [1, 2])
    }

    public func transfer(_ transfer: Transfer, driving: Tensor, reference: Tensor, to portrait: any EncodedPortrait) -> Tensor {
        let (target, own) = (driving.values, portrait.motion.values)
        let start = transfer.mode == .absolute ? own : reference.values
        return Tensor(
            own.indices.map { axis in
                guard transfer.controls?.contains(axis + 1) ?? true else { return own[axis] }
                return own[axis] + transfer.strength * (target[axis] - start[axis])
            }, [1, 2])
    }

    public func distance(_ a: Tensor, _ b: Tensor) -> Float {
        zip(a.values, b.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
}

struct ToyPortrait: EncodedPortrait {
    let network: ToyNetwork
    /// (1, 3, 64, 64).
    let picture: Tensor
    let motion: Tensor

    var canonicalMotion: Tensor { Tensor(zeros: [1, 2]) }

    func edited(_ motion: Tensor, by amounts: [Float]) -> Tensor { Tensor(zip(motion.values, amounts).map { $0 + $1 }, [1, 2]) }

    func picture(_ target: Tensor, observe: ((Observation) -> Void)?) -> Tensor {
        let side = picture.shape[2], gain = network.gain.value.values[0]
        let shift = zip(target.values, motion.values).map { gain * ($0 - $1) }
        let pixels = shift.map { Int(($0 * Float(side) / 2).rounded()) }
        let values = picture.values
        var moved = [Float](repeating: 0, count: values.count)
        for channel in 0..<3 {
            for y in 0..<side {
                for x in 0..<side {
                    let (fromX, fromY) = (min(max(x - pixels[0], 0), side - 1), min(max(y - pixels[1], 0), side - 1))
                    moved[(channel * side + y) * side + x] = values[(channel * side + fromY) * side + fromX]
                }
            }
        }
        let plane = side * side
        observe?(
            Observation(
                view: "shift", level: 0, values: Tensor((0..<2 * plane).map { $0 < plane ? -shift[0] : -shift[1] }, [1, 2, side, side])))
        observe?(Observation(view: "cover", level: 0, values: Tensor(repeating: 1, [1, 1, side, side])))
        return Tensor(moved, picture.shape)
    }
}

extension ToyNetwork {
    private static let registered: Void = Families.register(ToyNetwork.self)

    /// Makes the family known to this process, and writes a checkpoint of it.
    public static func write(gain: Float, to path: String) throws {
        _ = registered
        try SafetensorsFile.write([("toy.gain", Tensor([gain], [1]))], to: path, overwrite: false)
    }
}
