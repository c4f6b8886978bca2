import Checkpoints
import Files
import Foundation
import Networks
import Tensors

extension Trainer {
    private var stateVersion: String { "1" }

    /// Every tensor of the state with its name in a checkpoint.
    private var state: [(name: String, tensor: Tensor)] {
        func named(_ prefix: String, _ parameters: [Parameter], _ tensors: [Tensor]) -> [(name: String, tensor: Tensor)] {
            zip(parameters, tensors).map { ("\(prefix).\($0.name)", $1) }
        }
        func moments(_ prefix: String, _ optimizer: Adam) -> [(name: String, tensor: Tensor)] {
            named("\(prefix)_mean", optimizer.parameters, optimizer.means)
                + named("\(prefix)_square", optimizer.parameters, optimizer.squares)
        }
        var all = named("weights", task.parameters, task.parameters.map(\.value))
        all += named("average", task.parameters, averagedWeights)
        all += moments("adam", optimizer)
        if let auxiliary = task.auxiliary, let optimizer = auxiliaryOptimizer {
            all += named(auxiliary.name, auxiliary.parameters, auxiliary.parameters.map(\.value))
            all += moments("\(auxiliary.name)_adam", optimizer)
        }
        return all
    }

    /// Writes the whole state, or nothing: weights, moving average, optimizer, random numbers and place in the data.
    ///
    /// - Throws: `FileError` (output).
    public func save(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var metadata = task.randomStates.mapValues { String($0) }
        metadata["lia_training"] = stateVersion
        metadata["step"] = String(step)
        metadata["adam_steps"] = String(optimizer.steps)
        metadata["data"] = task.dataIdentity
        metadata["configuration"] = String(decoding: try encoder.encode(configuration), as: UTF8.self)
        if let auxiliary = task.auxiliary { metadata["\(auxiliary.name)_steps"] = String(auxiliaryOptimizer?.steps ?? 0) }
        try SafetensorsFile.write(state, as: .float32, metadata: metadata, to: path, overwrite: true)
    }

    /// Takes up the state of a checkpoint that `save` wrote.
    ///
    /// - Throws: `FileError` (input) when it is none, or of a run with another network or other data.
    public func resume(from path: String) throws {
        let checkpoint = try Checkpoint.open(path)
        try checkFit(checkpoint)
        func number<Number: LosslessStringConvertible>(_ key: String) throws -> Number {
            guard let value = checkpoint.metadata[key].flatMap({ Number($0) }) else {
                throw FileError(.input, path, "is no checkpoint of a training run: its metadata has no \(key)")
            }
            return value
        }
        // Copied, because the file is soon replaced by a newer one.
        func read(_ prefix: String, _ parameters: [Parameter]) throws -> [Tensor] {
            try parameters.map { parameter in
                let stored = try checkpoint.tensor("\(prefix).\(parameter.name)")
                return Tensor(stored.values, stored.shape)
            }
        }
        func restore(_ prefix: String, _ parameters: [Parameter]) throws {
            for (parameter, value) in zip(parameters, try read(prefix, parameters)) { parameter.value = value }
        }
        func restore(_ optimizer: Adam, _ prefix: String, steps: String) throws {
            optimizer.means = try read("\(prefix)_mean", optimizer.parameters)
            optimizer.squares = try read("\(prefix)_square", optimizer.parameters)
            optimizer.steps = try number(steps)
        }
        try restore("weights", task.parameters)
        averages.values = try read("average", averages.parameters)
        try restore(optimizer, "adam", steps: "adam_steps")
        if let auxiliary = task.auxiliary, let optimizer = auxiliaryOptimizer {
            try restore(auxiliary.name, auxiliary.parameters)
            try restore(optimizer, "\(auxiliary.name)_adam", steps: "\(auxiliary.name)_steps")
        }
        task.randomStates = try Dictionary(uniqueKeysWithValues: task.randomStates.keys.map { ($0, try number($0)) })
        step = try number("step")
    }

    /// - Throws: `FileError` (input) when the checkpoint is none of a run, or of one with another network or other data.
    private func checkFit(_ checkpoint: Checkpoint) throws {
        func wrong(_ problem: String) -> FileError { FileError(.input, checkpoint.path, problem) }
        guard checkpoint.metadata["lia_training"] == stateVersion else {
            throw wrong("is no checkpoint of a training run of this version of lia")
        }
        for (name, tensor) in state where checkpoint.entry(name)?.shape != tensor.shape {
            let found = checkpoint.entry(name).map { "\($0.shape)" } ?? "none"
            throw wrong("belongs to a run with other settings: expected \(name) of \(tensor.shape), found \(found)")
        }
        guard checkpoint.metadata["data"] == task.dataIdentity else {
            throw wrong(
                "belongs to a run on other data: expected \(checkpoint.metadata["data"] ?? "none"), found \(task.dataIdentity); pass "
                    + "the data that the run was begun with")
        }
    }
}
