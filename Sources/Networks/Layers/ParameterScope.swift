import Checkpoints
import Foundation
import Operators
import Tensors

/// A prefix of names under which layers request their parameters, by name and shape together. A layer states each name once, in the
/// spelling of the published checkpoints.
public struct ParameterScope {
    /// The values of a parameter of a new network.
    public enum Initial: Sendable {
        case zeros, ones, normal
        /// Those of `normal` over the square root of how many values each output sums.
        case fanIn
        /// √2 times those of `fanIn`, so that values keep their size through rectifiers where nothing normalizes them (He et al. 2015).
        case rectified
        /// Columns at right angles, as long as those of `normal` on average; for a matrix with at most as many columns as rows.
        case orthogonal
    }

    private let builder: ParameterBuilder
    private let prefix: String

    init(_ builder: ParameterBuilder, prefix: String = "") {
        self.builder = builder
        self.prefix = prefix
    }

    public func scope(_ name: String) -> ParameterScope { ParameterScope(builder, prefix: prefix + name + ".") }
    public func scope(_ index: Int) -> ParameterScope { scope(String(index)) }

    /// A learned parameter. A missing or misshapen one is noted and reported with all others of the network.
    public func parameter(_ name: String, _ shape: [Int], initial: Initial = .normal) -> Parameter {
        builder.parameter(prefix + name, shape, initial, isBuffer: false)
    }

    /// A tensor that is part of the network but not learned, such as running statistics: see `Parameter.isBuffer`.
    public func buffer(_ name: String, _ shape: [Int], initial: Initial) -> Parameter {
        builder.parameter(prefix + name, shape, initial, isBuffer: true)
    }

    /// A fixed tensor that checkpoints hold although its values are known, such as a blur kernel: it may be absent, but must have these
    /// values.
    public func constant(_ name: String, _ shape: [Int], _ values: [Float]) {
        builder.constant(prefix + name, shape, values)
    }

    /// A fixed tensor that is written with the network's parameters, for programs that read it from checkpoints. It may be absent from what is
    /// read, and has these values whatever is read.
    ///
    /// - Parameter isChecked: whether what is read must have them too.
    func fixed(_ name: String, _ shape: [Int], _ values: [Float], isChecked: Bool = true) {
        if isChecked { constant(name, shape, values) } else { unused(name) }
        builder.fixed(prefix + name, Tensor(values, shape))
    }

    /// Whether the checkpoint that the network is made from holds such a tensor; false for a network with random weights.
    func holds(_ name: String) -> Bool { builder.holds(prefix + name) }

    /// A tensor that checkpoints hold and the network never uses; it may be absent.
    ///
    /// - Parameter shape: where those who load such checkpoints want it; zeros are written for them.
    public func unused(_ name: String, _ shape: [Int]? = nil) { builder.unused(prefix + name, shape) }
}

/// Gathers a network's parameters from a checkpoint or from random numbers, and everything that does not fit.
final class ParameterBuilder {
    private enum Origin {
        case checkpoint(Checkpoint, prefix: String)
        case random(RandomSource)
    }

    private var origin: Origin
    private(set) var parameters: [Parameter] = []
    /// What the authors' checkpoints hold besides: constants, and zeros for what is never used.
    private(set) var besides: [(name: String, tensor: Tensor)] = []
    private var seen = Set<String>()
    private var misfit = CheckpointMisfit()

    /// - Parameter prefix: of the network's names in the checkpoint, such as "gen.".
    init(_ checkpoint: Checkpoint, prefix: String) { origin = .checkpoint(checkpoint, prefix: prefix) }

    init(seed: UInt64) { origin = .random(RandomSource(seed: seed)) }

    func parameter(_ name: String, _ shape: [Int], _ initial: ParameterScope.Initial, isBuffer: Bool) -> Parameter {
        let parameter = Parameter(name: name, value: value(name, shape, initial), isBuffer: isBuffer)
        parameters.append(parameter)
        return parameter
    }

    private func value(_ name: String, _ shape: [Int], _ initial: ParameterScope.Initial) -> Tensor {
        // A placeholder for a tensor that does not fit, until `finish` refuses the network: a damaged file, whose few tensors may claim any
        // measures, costs no memory for those that it lacks.
        let absent = Tensor(zeros: [0])
        switch origin {
        case .checkpoint(let checkpoint, let prefix):
            seen.insert(prefix + name)
            guard let entry = checkpoint.entry(prefix + name) else {
                misfit.missing.append(name)
                return absent
            }
            guard entry.shape == shape else {
                misfit.misshapen.append((name, shape, entry.shape))
                return absent
            }
            do {
                return try checkpoint.tensor(prefix + name)
            } catch {
                misfit.unreadable.append((name, "\(error)"))
                return absent
            }
        case .random(var source):
            defer { origin = .random(source) }
            switch initial {
            case .zeros: return Tensor(zeros: shape)
            case .ones: return Tensor(repeating: 1, shape)
            case .normal: return source.normal(shape)
            case .fanIn, .rectified:
                let inputs = Float(max(1, shape.dropFirst().reduce(1, *)))
                return source.normal(shape, scale: ((initial == .rectified ? 2 : 1) / inputs).squareRoot())
            case .orthogonal:
                // Random columns are independent.
                let basis = try! Orthogonalization.orthonormalize(source.normal(shape))
                return Scaling.forward(basis, by: Float(shape[0]).squareRoot())
            }
        }
    }

    func holds(_ name: String) -> Bool {
        guard case .checkpoint(let checkpoint, let prefix) = origin else { return false }
        return checkpoint.entry(prefix + name) != nil
    }

    func constant(_ name: String, _ shape: [Int], _ values: [Float]) {
        besides.append((name, Tensor(values, shape)))
        guard case .checkpoint(let checkpoint, let prefix) = origin, let entry = checkpoint.entry(prefix + name) else {
            return
        }
        seen.insert(prefix + name)
        guard entry.shape == shape else {
            misfit.misshapen.append((name, shape, entry.shape))
            return
        }
        // Half-precision checkpoints round the kernel; a wrong one is off by far more.
        guard let found = try? checkpoint.tensor(prefix + name).values,
            zip(found, values).allSatisfy({ abs($0 - $1) <= 2e-3 })
        else {
            misfit.unreadable.append((name, "its values differ from the fixed kernel this network uses"))
            return
        }
    }

    func fixed(_ name: String, _ value: Tensor) { parameters.append(Parameter(name: name, value: value, isBuffer: true)) }

    func unused(_ name: String, _ shape: [Int]? = nil) {
        if let shape { besides.append((name, Tensor(zeros: shape))) }
        if case .checkpoint(_, let prefix) = origin { seen.insert(prefix + name) }
    }

    /// Ends the gathering.
    ///
    /// - Parameter wanted: what the error tells the user to use.
    /// - Throws: `CheckpointMisfit` listing every missing, misshapen, unknown, unreadable and non-finite tensor.
    func finish(wanted: String) throws {
        guard case .checkpoint(let checkpoint, let prefix) = origin else { return }
        (misfit.path, misfit.wanted) = (checkpoint.path, wanted)
        misfit.unknown = checkpoint.entries.map(\.name).filter { $0.hasPrefix(prefix) && !seen.contains($0) }
            .map { String($0.dropFirst(prefix.count)) }
        let parameters = parameters
        var finite = [Bool](repeating: true, count: parameters.count)
        finite.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let buffer = buffer
            Parallel.forEach(parameters.count) { buffer[$0] = parameters[$0].value.isFinite }
        }
        misfit.notFinite = zip(parameters, finite).filter { !$1 }.map(\.0.name)
        for parameter in parameters where parameter.isBuffer && parameter.name.hasSuffix("running_var") {
            if let least = parameter.value.values.min(), least < 0 { misfit.unreadable.append((parameter.name, "a variance of \(least)")) }
        }
        if !misfit.isEmpty { throw misfit }
    }
}

extension Parameter {
    /// Makes a layer, or any part of a network, with random weights; returns it with its parameters.
    package static func collecting<Layer>(
        seed: UInt64 = 0, _ make: (ParameterScope) -> Layer
    ) -> (layer: Layer, parameters: [Parameter]) {
        let builder = ParameterBuilder(seed: seed)
        let layer = make(ParameterScope(builder))
        return (layer, builder.parameters)
    }
}
