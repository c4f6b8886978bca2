import Tensors

/// Where a checkpoint keeps one tensor: checked once, before anything is read.
struct StoredTensor {
    let name: String
    let shape: [Int]
    let scalarType: ScalarType
    /// The number of values.
    let count: Int
    /// The first value's place, in bytes from the file's first.
    private let byteOffset: Int
    /// Values from one step along an axis to the next.
    private let strides: [Int]
    private let isContiguous: Bool

    /// More axes than any tensor of a network has.
    static let largestRank = 32
    /// A tensor that repeats stored values (stride 0) may have this many: 64 MB as float32.
    static let largestExpansion = 1 << 24

    /// - Parameters:
    ///   - strides: values from one step along each axis to the next; nil is row-major without gaps.
    ///   - offset: the first value's place in the storage, in values.
    ///   - storage: the storage's bytes, as a range of the file's.
    /// - Throws: `Malformed` when any value would lie outside the storage, or the sizes are impossible.
    init(
        name: String, shape: [Int], strides: [Int]? = nil, offset: Int = 0, scalarType: ScalarType, storage: Range<Int>
    ) throws {
        let title = "tensor \(Malformed.quoted(name))"
        guard shape.count <= Self.largestRank else {
            throw Malformed("\(title) has \(shape.count) axes; at most \(Self.largestRank) are expected")
        }
        guard shape.allSatisfy({ $0 >= 0 }), offset >= 0 else {
            throw Malformed("\(title) has a negative size or offset: shape \(shape), offset \(offset)")
        }
        // Extents of 0 count as 1 here, so that no product of some of them can overflow later either.
        var product = scalarType.byteCount
        for extent in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
            guard !overflow, next <= Int.max / 8 else { throw Malformed("\(title) has the impossible shape \(shape)") }
            product = next
        }
        count = shape.reduce(1, *)
        var rowMajor = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            rowMajor[axis] = rowMajor[axis + 1] * max(shape[axis + 1], 1)
        }
        let strides = strides ?? rowMajor
        guard strides.count == shape.count, strides.allSatisfy({ $0 >= 0 }) else {
            throw Malformed("\(title) has strides \(strides.prefix(Self.largestRank)) for shape \(shape)")
        }

        if count > 0 {
            let stored = storage.count / scalarType.byteCount
            var last = offset
            for (extent, stride) in zip(shape, strides) {
                let (step, overflow) = stride.multipliedReportingOverflow(by: extent - 1)
                let (next, overflowed) = last.addingReportingOverflow(step)
                guard !overflow, !overflowed else { throw Malformed("\(title) has impossible strides \(strides)") }
                last = next
            }
            guard last < stored else {
                throw Malformed(
                    "\(title) reaches value \(last) of a storage that holds \(stored); the file is damaged")
            }
            guard count <= max(stored, Self.largestExpansion) else {
                throw Malformed("\(title) repeats \(stored) stored values \(count) times in all; save it contiguous")
            }
        }
        self.name = name
        self.shape = shape
        self.scalarType = scalarType
        self.strides = strides
        byteOffset = count > 0 ? storage.lowerBound + offset * scalarType.byteCount : storage.lowerBound
        isContiguous = zip(shape, zip(strides, rowMajor)).allSatisfy { $0 <= 1 || $1.0 == $1.1 }
    }

    /// The bytes of the values themselves.
    var byteCount: Int { count * scalarType.byteCount }

    /// The tensor as float32, borrowed from `bytes` where they hold just that.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - owner: what keeps `bytes` in memory.
    func read(from bytes: UnsafeRawBufferPointer, owner: AnyObject) -> Tensor {
        guard count > 0, let start = bytes.baseAddress.map({ $0 + byteOffset }) else {
            return Tensor(uninitialized: shape)
        }
        let aligned = Int(bitPattern: start) % MemoryLayout<Float>.alignment == 0
        if isContiguous, scalarType == .float32, aligned, Self.isLittleEndian {
            return Tensor(borrowing: start.assumingMemoryBound(to: Float.self), shape, owner: owner)
        }
        let tensor = Tensor(uninitialized: shape)
        let target = tensor.mutablePointer
        let size = scalarType.byteCount
        guard !isContiguous, let inner = shape.last else {
            scalarType.read(start, stride: size, count: count, into: target)
            return tensor
        }
        var index = [Int](repeating: 0, count: shape.count - 1)
        for row in 0..<count / inner {
            var place = 0
            for axis in index.indices { place += index[axis] * strides[axis] }
            scalarType.read(
                start + place * size, stride: strides[index.count] * size, count: inner, into: target + row * inner)
            var axis = index.count - 1
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < shape[axis] { break }
                index[axis] = 0
                axis -= 1
            }
        }
        return tensor
    }

    private static let isLittleEndian = UInt16(1).littleEndian == 1
}
