import Networks
import Operators
import Tensors

extension PortraitNetwork {
    /// Whether its loops are too short for several threads.
    var isSmall: Bool { inputSize <= 128 }
}

extension PortraitModel {
    /// So many parameters make frames whose memory is too much twice.
    private static let manyParameters = 100_000_000

    /// Frames that are best computed at the same time: each thread takes a frame of its own, and waits for no other, where the loops are
    /// too short for several threads, or where two frames' memory is not too much.
    var framesAtOnce: Int {
        let isShared =
            OperatorProfile.current == nil && (network.isSmall || Parallel.width <= 2 && network.parameterCount < Self.manyParameters)
        return isShared ? Parallel.width : 1
    }

    /// Does a network's work on frames, as many at the same time as is best, in order.
    func eachFrame<Value>(_ count: Int, _ work: @escaping (Int) throws -> Value) throws -> [Value] {
        let width = framesAtOnce
        guard width > 1 else { return try (0..<count).map(work) }
        return try Parallel.workers(count, threads: width) { index in Result { try work(index) } }.map { try $0.get() }
    }
}
