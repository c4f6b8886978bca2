/// The processes that train one network together, each on its share of every batch.
public protocol ProcessGroup: AnyObject {
    /// This process's number, from 0. Number 0 writes the run's files.
    var rank: Int { get }
    /// How many there are.
    var size: Int { get }

    /// Replaces values by their sums over all processes; every process calls it with as many.
    func sum(_ values: UnsafeMutablePointer<Float>, count: Int)

    /// Ends the group, after the last sum.
    func finish()
}
