import Foundation

/// Contiguous float32 values in row-major order; pictures and features are NCHW.
///
/// The code that makes a tensor fills it; afterwards it does not change. Copies share their values.
public struct Tensor: @unchecked Sendable {
    public let shape: [Int]
    private let storage: Storage

    /// Equal for tensors that share their values; a reshaped tensor has the identity of the original.
    public var identity: ObjectIdentifier { ObjectIdentifier(storage) }

    /// The number of values.
    public var count: Int { storage.count }

    /// The address of the first value, valid while this tensor or a copy of it is alive (see `keepAlive`).
    public var pointer: UnsafePointer<Float> { UnsafePointer(storage.start) }

    /// The address of the first value, for filling the tensor.
    public var mutablePointer: UnsafeMutablePointer<Float> {
        precondition(storage.owner == nil, "borrowed values are read-only")
        return storage.start
    }

    /// A tensor whose values must be written before they are read.
    public init(uninitialized shape: [Int]) {
        precondition(shape.allSatisfy { $0 >= 0 }, "negative extent in \(shape)")
        self.shape = shape
        storage = Storage(count: shape.reduce(1, *))
    }

    public init(zeros shape: [Int]) { self.init(repeating: 0, shape) }

    public init(repeating value: Float, _ shape: [Int]) {
        self.init(uninitialized: shape)
        storage.start.update(repeating: value, count: count)
    }

    /// - Precondition: `values` has as many elements as `shape` says.
    public init(_ values: [Float], _ shape: [Int]) {
        precondition(values.count == shape.reduce(1, *), "\(values.count) values for shape \(shape)")
        self.init(uninitialized: shape)
        values.withUnsafeBufferPointer { buffer in
            if let start = buffer.baseAddress { storage.start.update(from: start, count: count) }
        }
    }

    /// A read-only view of values that `owner` keeps in memory, such as a mapped file.
    ///
    /// - Precondition: `start` is aligned for Float and followed by as many values as `shape` says.
    public init(borrowing start: UnsafePointer<Float>, _ shape: [Int], owner: AnyObject) {
        self.shape = shape
        storage = Storage(start: UnsafeMutablePointer(mutating: start), count: shape.reduce(1, *), owner: owner)
    }

    private init(shape: [Int], storage: Storage) {
        self.shape = shape
        self.storage = storage
    }

    /// These values under another shape with as many elements.
    public func reshaped(_ shape: [Int]) -> Tensor {
        precondition(shape.reduce(1, *) == count, "\(self.shape) cannot become \(shape)")
        return Tensor(shape: shape, storage: storage)
    }

    /// These values under another identity: a tape that watches the original does not watch this tensor, and no gradient flows back.
    public var detached: Tensor {
        Tensor(shape: shape, storage: Storage(start: storage.start, count: count, owner: storage))
    }

    /// Calls `body` with `count` values of uninitialized scratch memory, which are valid until it returns.
    public static func withScratch<Result>(
        _ count: Int, _ body: (UnsafeMutablePointer<Float>) throws -> Result
    ) rethrows -> Result {
        let scratch = Tensor(uninitialized: [count])
        defer { keepAlive(scratch) }
        return try body(scratch.mutablePointer)
    }

    /// Items `range` of the first axis, copied.
    public func items(_ range: Range<Int>) -> Tensor {
        precondition(!shape.isEmpty && range.lowerBound >= 0 && range.upperBound <= shape[0], "\(range) of \(shape)")
        let result = Tensor(uninitialized: [range.count] + shape.dropFirst())
        let stride = shape.dropFirst().reduce(1, *)
        result.storage.start.update(from: storage.start + range.lowerBound * stride, count: result.count)
        return result
    }

    /// The upper left corner of every map of (N, C, H, W), copied unless it is the whole.
    public func cropped(height: Int, width: Int) -> Tensor {
        precondition(shape.count == 4 && height <= shape[2] && width <= shape[3], "\(height)×\(width) of \(shape)")
        if height == shape[2] && width == shape[3] { return self }
        defer { keepAlive(self) }
        let result = Tensor(uninitialized: [shape[0], shape[1], height, width])
        for plane in 0..<shape[0] * shape[1] {
            for row in 0..<height {
                (result.storage.start + (plane * height + row) * width).update(
                    from: storage.start + (plane * shape[2] + row) * shape[3], count: width)
            }
        }
        return result
    }

    /// The values as an array, copied.
    public var values: [Float] {
        defer { keepAlive(self) }
        return Array(UnsafeBufferPointer(start: pointer, count: count))
    }

    /// Whether every value is finite.
    public var isFinite: Bool {
        defer { keepAlive(self) }
        // Infinities and NaN have the largest exponent; integers compare where floating sums could not be vectorized.
        var largest: UInt32 = 0
        for index in 0..<count { largest = max(largest, pointer[index].bitPattern & 0x7fff_ffff) }
        return largest < 0x7f80_0000
    }

    /// Lets the system take back the memory of borrowed values until they are read again, where their owner can read them anew: for weights
    /// that are used only in another order.
    public func releasePages() {
        (storage.owner as? ReclaimableMemory)?.release(
            UnsafeRawBufferPointer(start: storage.start, count: count * MemoryLayout<Float>.stride))
    }

    /// Values in memory: owned (64-byte aligned), or borrowed from `owner`.
    private final class Storage {
        let start: UnsafeMutablePointer<Float>
        let count: Int
        let owner: AnyObject?

        init(count: Int) {
            self.count = count
            owner = nil
            start = TensorMemory.take(count)
        }

        init(start: UnsafeMutablePointer<Float>, count: Int, owner: AnyObject) {
            self.start = start
            self.count = count
            self.owner = owner
        }

        deinit { if owner == nil { TensorMemory.give(start, count) } }
    }
}

/// Keeps tensors alive up to this call, so that pointers into them stay valid: `defer { keepAlive(x) }`.
@inline(never)
public func keepAlive(_ tensors: Tensor?...) { withExtendedLifetime(tensors) {} }
