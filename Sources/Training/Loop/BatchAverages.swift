import Operators
import Tensors

extension BatchGradients {
    /// Turns losses that are means over this process's parts into means over all processes' parts.
    mutating func averageLosses(over processes: ProcessGroup) {
        guard processes.size > 1 else { return }
        let names = losses.keys.sorted()
        var values = (names.map { losses[$0]! } + [total]).map { Float($0 / Double(processes.size)) }
        processes.sum(&values, count: values.count)
        for (name, value) in zip(names, values) { losses[name] = Double(value) }
        total = Double(values[names.count])
    }

    /// Turns gradients that are sums over `parts` parts of each process into means over all processes' parts.
    mutating func averageGradients(parts: Int, over processes: ProcessGroup) {
        Self.average(&network, parts, processes)
        Self.average(&auxiliary, parts, processes)
    }

    private static func average(_ sums: inout [Tensor?], _ parts: Int, _ processes: ProcessGroup) {
        let factor = 1 / Float(parts * processes.size)
        if factor == 1 { return }
        for index in sums.indices {
            guard let sum = sums[index] else { continue }
            let mean = Scaling.forward(sum, by: factor)
            processes.sum(mean.mutablePointer, count: mean.count)
            sums[index] = mean
        }
    }
}
