import Files
import Foundation

/// Processes started by Open MPI: `mpirun -n 4 --bind-to none lia train …`, on one machine or several.
///
/// The library is looked for when the program runs, so that it builds and trains without it. The names are those of Open MPI's
/// binary interface, in which MPI's constants are the addresses of variables (unchanged since its release 1.7).
public final class OpenMPI: ProcessGroup {
    public let rank: Int
    public let size: Int

    private typealias AllReduce =
        @convention(c) (
            UnsafeRawPointer?, UnsafeMutableRawPointer?, Int32, UnsafeMutableRawPointer, UnsafeMutableRawPointer,
            UnsafeMutableRawPointer
        ) -> Int32
    private typealias CommunicatorQuery = @convention(c) (UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>) -> Int32

    private let allReduce: AllReduce
    private let finalize: @convention(c) () -> Int32
    private let float, sumOperation, world: UnsafeMutableRawPointer

    /// True where `mpirun` started this process beside others.
    public static var isLaunched: Bool { (number("OMPI_COMM_WORLD_SIZE") ?? 1) > 1 }

    /// How many of the processes share this machine.
    public static var processesOnThisMachine: Int { number("OMPI_COMM_WORLD_LOCAL_SIZE") ?? 1 }

    /// True where this process is not the one that speaks for all.
    public static var isSilent: Bool { (number("OMPI_COMM_WORLD_RANK") ?? 0) > 0 }

    private static func number(_ variable: String) -> Int? { ProcessInfo.processInfo.environment[variable].flatMap { Int($0) } }

    /// Joins the group.
    ///
    /// - Throws: `FileError` (input) when Open MPI's library is not there or of another kind.
    public init() throws {
        let names = ["libmpi.so.40", "libmpi.so", "libmpi.40.dylib"]
        guard let library = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_GLOBAL) }).first else {
            throw FileError(.input, names[0], "Open MPI's library is not there; install libopenmpi-dev, or train without mpirun")
        }
        func symbol(_ name: String) throws -> UnsafeMutableRawPointer {
            guard let address = dlsym(library, name) else {
                throw FileError(.input, names[0], "has no \(name): expected Open MPI 4 or 5, found another MPI")
            }
            return address
        }
        func function<Function>(_ name: String, _ type: Function.Type) throws -> Function {
            unsafeBitCast(try symbol(name), to: type)
        }
        allReduce = try function("MPI_Allreduce", AllReduce.self)
        finalize = try function("MPI_Finalize", (@convention(c) () -> Int32).self)
        float = try symbol("ompi_mpi_float")
        sumOperation = try symbol("ompi_mpi_op_sum")
        world = try symbol("ompi_mpi_comm_world")
        let initialize = try function(
            "MPI_Init", (@convention(c) (UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?) -> Int32).self)
        guard initialize(nil, nil) == 0 else { throw FileError(.input, names[0], "MPI_Init failed; see what mpirun says") }
        var (own, all) = (Int32(0), Int32(1))
        _ = try function("MPI_Comm_rank", CommunicatorQuery.self)(world, &own)
        _ = try function("MPI_Comm_size", CommunicatorQuery.self)(world, &all)
        (rank, size) = (Int(own), Int(all))
    }

    public func sum(_ values: UnsafeMutablePointer<Float>, count: Int) {
        // MPI_IN_PLACE is 1 in Open MPI. An error ends all processes: that is MPI's default.
        _ = allReduce(UnsafeRawPointer(bitPattern: 1), values, Int32(count), float, sumOperation, world)
    }

    public func finish() { _ = finalize() }
}
