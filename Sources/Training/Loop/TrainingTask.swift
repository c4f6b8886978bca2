import Media
import Networks
import Tensors

/// The training of a family: its networks, the batches that they learn from, and their losses. `Trainer` is the loop over it.
public protocol TrainingTask: AnyObject {
    associatedtype Settings: FamilySettings
    /// A part of a batch, whose losses one thread computes.
    associatedtype Batch
    /// What a validation finds.
    associatedtype Measures: ValidationMeasures = Validation

    /// The data and the losses in one line, said when training starts.
    var summary: String { get }

    /// Paths of the files that it reads, which the run's files may not replace.
    var inputs: [String] { get }

    /// The parameters of the learned network; their names begin the names of its tensors in checkpoints.
    var parameters: [Parameter] { get }

    /// A network that is trained beside it, such as a discriminator; nil where there is none.
    var auxiliary: AuxiliaryNetwork? { get }

    /// The next batch, divided into parts of equal weight that threads compute at the same time.
    ///
    /// - Parameter step: counted from 0.
    /// - Returns: the parts of this process, at least one.
    func nextBatches(step: Int) -> [Batch]

    /// The next batch in one part; nil where batches cannot be written (`BatchQueue`).
    func nextWhole(step: Int) -> Batch?

    /// What the losses of a batch are computed from, but for the weights, as float32.
    func written(_ batch: Batch) -> [(name: String, tensor: Tensor)]

    /// What the losses of all batches are computed from besides.
    var constants: [(name: String, tensor: Tensor)] { get }

    /// The losses of a part of a batch, computed on the current tape from the parameters' values.
    func losses(_ batch: Batch, step: Int) -> BatchLosses

    /// What is wrong with the network's newest weights, such as "a direction has vanished"; nil where nothing is.
    var weightProblem: String? { get }

    /// A text that differs between data sets: a run goes on with its own data only.
    var dataIdentity: String { get }

    /// The states of all random numbers that batches depend on, by names that checkpoints have.
    var randomStates: [String: UInt64] { get set }

    /// Measures the network with the given weights.
    ///
    /// - Parameter weights: one for each of `parameters`, in their order.
    /// - Returns: nil when there is nothing to measure on.
    func validation(weights: [Tensor]) throws -> Measures?

    /// A picture that shows what the network with the given weights does; nil when there is nothing to show.
    func sampleSheet(weights: [Tensor]) throws -> Picture?
}

extension TrainingTask {
    public typealias Configuration = TrainingConfiguration<Settings>

    public var weightProblem: String? { nil }

    public func nextWhole(step: Int) -> Batch? { nil }
    public func written(_ batch: Batch) -> [(name: String, tensor: Tensor)] { [] }
    public var constants: [(name: String, tensor: Tensor)] { [] }
}
