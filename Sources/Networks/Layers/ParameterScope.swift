import Checkpoints
import Foundation
import Operators
import Tensors

/// Where layers ask for their parameters, by name and shape together. Names are relative to the scope's prefix, so a layer
/// states them once, in the published checkpoints' own spelling.
public struct ParameterScope {
    /// How a parameter starts when the network is made from nothing.
    public enum Initial: Sendable {
        case zeros, ones, normal
        /// Columns at right angles, as long as those of `normal` are on average. Of a matrix no wider than high.
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

    /// A parameter of this shape. What is missing or misshapen is noted and reported for the whole network at once.
    public func parameter(_ name: String, _ shape: [Int], initial: Initial = .normal) -> Parameter {
        builder.parameter(prefix + name, shape, initial)
    }

    /// A fixed tensor that checkpoints hold although its values are known, such as a blur kernel: may be absent, but must not
    /// say anything else.
    public func constant(_ name: String, _ shape: [Int], _ values: [Float]) {
        builder.constant(prefix + name, shape, values)
    }

    /// A tensor that checkpoints hold and the network never uses: may be absent.
    public func unused(_ name: String) { builder.unused(prefix + name) }
}

/// Gathers a network's parameters from a checkpoint or from random numbers, and everything that does not fit.
final class ParameterBuilder {
    private enum Origin {
        case checkpoint(Checkpoint, prefix: String)
        case random(RandomSource)
    }

    private var origin: Origin
    private(set) var parameters: [Parameter] = []
    private var seen = Set<String>()
    private var misfit = CheckpointMisfit()

    /// - Parameter prefix: what the checkpoint's names have before the network's own, such as "gen.".
    init(_ checkpoint: Checkpoint, prefix: String) { origin = .checkpoint(checkpoint, prefix: prefix) }

    init(seed: UInt64) { origin = .random(RandomSource(seed: seed)) }

    func parameter(_ name: String, _ shape: [Int], _ initial: ParameterScope.Initial) -> Parameter {
        let parameter = Parameter(name: name, value: value(name, shape, initial))
        parameters.append(parameter)
        return parameter
    }

    private func value(_ name: String, _ shape: [Int], _ initial: ParameterScope.Initial) -> Tensor {
        // Stands for what does not fit, until `finish` refuses the network: a damaged file, whose few tensors may speak of
        // any measures, costs no memory for those that it lacks.
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
            case .orthogonal:
                // Random columns are independent.
                let basis = try! Orthogonalization.orthonormalize(source.normal(shape))
                return WeightedSum.scaled(basis, by: Float(shape[0]).squareRoot())
            }
        }
    }

    func constant(_ name: String, _ shape: [Int], _ values: [Float]) {
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

    func unused(_ name: String) {
        if case .checkpoint(_, let prefix) = origin { seen.insert(prefix + name) }
    }

    /// Ends the gathering.
    ///
    /// - Parameter wanted: what an error recommends instead: "a complete LIA checkpoint".
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
        if !misfit.isEmpty { throw misfit }
    }
}

extension Parameter {
    /// Makes a layer, or any part of a network, with random weights, and gives its parameters beside it.
    package static func collecting<Layer>(
        seed: UInt64 = 0, _ make: (ParameterScope) -> Layer
    ) -> (layer: Layer, parameters: [Parameter]) {
        let builder = ParameterBuilder(seed: seed)
        let layer = make(ParameterScope(builder))
        return (layer, builder.parameters)
    }
}
