import Tensors

/// Samples the batches of a run, in an order that the states of its random numbers alone decide.
protocol BatchSampling {
    var groups: GroupSampler { get set }
    /// Of all choices but those of the groups.
    var random: RandomSource { get set }
}

extension BatchSampling {
    /// The states of the random numbers by their names in checkpoints.
    var states: [String: UInt64] {
        get { ["random": random.state, "sampler": groups.state] }
        set {
            random = RandomSource(seed: newValue["random"]!)
            groups.state = newValue["sampler"]!
        }
    }
}
