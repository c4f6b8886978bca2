import Foundation
import Operators
import Tensors

/// A named tensor of a network: learned, or a buffer.
public final class Parameter: @unchecked Sendable {
    /// The name in checkpoints, in the published spelling: "dec.convs.0.conv.weight".
    public let name: String
    /// Whether it is measured rather than learned, like the running statistics of a batch normalization. An optimizer and an average over
    /// training leave buffers as they are.
    public let isBuffer: Bool
    public var value: Tensor {
        didSet {
            precondition(value.shape == oldValue.shape, "\(name) is \(oldValue.shape), not \(value.shape)")
            version += 1
        }
    }
    /// How often the value has changed; what was prepared from an older one is out of date.
    public private(set) var version = 0

    public init(name: String, value: Tensor, isBuffer: Bool = false) {
        self.name = name
        self.value = value
        self.isBuffer = isBuffer
    }

    /// Whether an optimizer changes it.
    public var isLearned: Bool { !isBuffer }

    public var shape: [Int] { value.shape }

    /// Ends the program if the current tape watches the value, for a layer that passes no gradient to it.
    func refuseTape() {
        if Tape.tracks(value) { fatalError("a tape watches \(name), but its layer passes no gradient to it") }
    }
}

/// A value that a layer computes from parameters once, and again only after one of them has changed.
final class Prepared<Value>: @unchecked Sendable {
    private let parameter: Parameter
    private let others: [Parameter]
    private let isDifferentiated: Bool
    private let prepare: (Tensor) -> Value
    private let lock = NSLock()
    private var current: (versions: [Int], value: Value)?

    /// - Parameters:
    ///   - others: further parameters that `prepare` reads.
    ///   - isDifferentiated: whether gradients flow through what `prepare` computes; false if it only rearranges.
    init(
        _ parameter: Parameter, with others: [Parameter] = [], isDifferentiated: Bool = true, _ prepare: @escaping (Tensor) -> Value
    ) {
        self.parameter = parameter
        self.others = others
        self.isDifferentiated = isDifferentiated
        self.prepare = prepare
    }

    /// The value; under a tape it is computed anew, so that gradients find their way back to the parameter.
    var value: Value {
        if isDifferentiated && Tape.current != nil { return prepare(parameter.value) }
        lock.lock()
        defer { lock.unlock() }
        let versions = [parameter.version] + others.map(\.version)
        if let current, current.versions == versions { return current.value }
        let value = prepare(parameter.value)
        current = (versions, value)
        return value
    }
}
