import Foundation
import Operators
import Tensors

/// A named tensor that a network learns.
public final class Parameter: @unchecked Sendable {
    /// The name in checkpoints, in the published spelling: "dec.convs.0.conv.weight".
    public let name: String
    public var value: Tensor {
        didSet {
            precondition(value.shape == oldValue.shape, "\(name) is \(oldValue.shape), not \(value.shape)")
            version += 1
        }
    }
    /// How often the value has changed; what was prepared from an older one is out of date.
    public private(set) var version = 0

    public init(name: String, value: Tensor) {
        self.name = name
        self.value = value
    }

    public var shape: [Int] { value.shape }
}

/// Something that a layer computes from a parameter once, and again only after the parameter has changed.
final class Prepared<Value>: @unchecked Sendable {
    private let parameter: Parameter
    private let isDifferentiated: Bool
    private let prepare: (Tensor) -> Value
    private let lock = NSLock()
    private var current: (version: Int, value: Value)?

    /// - Parameter isDifferentiated: whether gradients flow through what `prepare` computes; not where it only rearranges.
    init(_ parameter: Parameter, isDifferentiated: Bool = true, _ prepare: @escaping (Tensor) -> Value) {
        self.parameter = parameter
        self.isDifferentiated = isDifferentiated
        self.prepare = prepare
    }

    /// Under a tape it is computed anew, so that gradients find their way back to the parameter.
    var value: Value {
        if isDifferentiated && Tape.current != nil { return prepare(parameter.value) }
        lock.lock()
        defer { lock.unlock() }
        if let current, current.version == parameter.version { return current.value }
        let value = prepare(parameter.value)
        current = (parameter.version, value)
        return value
    }
}
