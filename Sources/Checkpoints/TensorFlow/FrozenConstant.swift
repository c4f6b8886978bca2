import Tensors

/// A constant of a frozen graph: where a TensorProto message keeps its values, checked once, before any of them is read.
struct FrozenConstant {
    let shape: [Int]
    private let scalarType: ScalarType
    private let count: Int
    /// Where the values lie as raw bytes; nil where they are listed.
    let content: Range<Int>?
    /// Where listed values lie, of 4 bytes each: of 1-byte to 10-byte numbers for halves, whose values are `halves`.
    private let listed: [Range<Int>]
    private let halves: [UInt16]

    /// The values of a constant whose few listed values are repeated: 64 MB as float32.
    private static let largestExpansion = 1 << 24
    private static let types: [UInt64: ScalarType] = [1: .float32, 2: .float64, 19: .float16]

    /// - Parameters:
    ///   - range: where the message lies.
    ///   - name: what errors call the constant.
    /// - Returns: nil for values that are no floating-point numbers, such as sizes.
    /// - Throws: `Malformed` for an impossible shape, or fewer or more bytes than it wants.
    init?(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, name: String) throws {
        let title = "constant \(Malformed.quoted(name))"
        var message = WireMessage(bytes, in: range), type: UInt64 = 0, extents: [Int] = []
        var raw: Range<Int>?, words: [Range<Int>] = [], halves: [UInt16] = []
        while let (field, value) = try message.next() {
            switch (field, value) {
            case (1, .number(let number)): type = number
            case (2, .bytes(let part)): extents = try Self.extents(bytes, part, title)
            case (4, .bytes(let part)): raw = part.isEmpty ? raw : part
            case (5, .bytes(let part)), (5, .word(let part)):
                guard part.count % 4 == 0 else { throw Malformed("\(title) lists a broken number; the file is damaged") }
                if !part.isEmpty { words.append(part) }
            case (13, .number(let number)): halves.append(UInt16(truncatingIfNeeded: number))
            case (13, .bytes(let part)): halves += try Self.packed(bytes, part)
            default: break
            }
        }
        guard let scalarType = Self.types[type] else { return nil }
        var count = 1
        for extent in extents {
            let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 1))
            guard !overflow, product <= Int.max / 16 else { throw Malformed("\(title) has the impossible shape \(extents)") }
            count = product
        }
        count = extents.reduce(1, *)
        (shape, self.scalarType, self.count, content, listed, self.halves) = (extents, scalarType, count, raw, words, halves)
        if let raw {
            guard raw.count == count * scalarType.byteCount else {
                throw Malformed(
                    "\(title) expected \(count * scalarType.byteCount) bytes of shape \(extents), found \(raw.count); the file is damaged")
            }
            return
        }
        let values = scalarType == .float16 ? halves.count : words.reduce(0) { $0 + $1.count / 4 }
        guard values <= count, values > 0 || count == 0, scalarType != .float64 || count == 0 else {
            throw Malformed("\(title) lists \(values) values of shape \(extents); the file is damaged")
        }
        guard count <= max(values, Self.largestExpansion) else {
            throw Malformed("\(title) repeats \(values) values \(count) times in all; freeze the graph again")
        }
    }

    private static func extents(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ title: String) throws -> [Int] {
        var message = WireMessage(bytes, in: range), extents: [Int] = []
        while let (field, value) = try message.next() {
            guard field == 2, case .bytes(let part) = value else { continue }
            var dimension = WireMessage(bytes, in: part), size = 0
            while let (field, value) = try dimension.next() {
                if field == 1, case .number(let number) = value { size = Int(truncatingIfNeeded: number) }
            }
            guard size >= 0, extents.count < StoredTensor.largestRank else { throw Malformed("\(title) has an impossible shape") }
            extents.append(size)
        }
        return extents
    }

    /// Whole numbers of variable length, side by side.
    private static func packed(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws -> [UInt16] {
        var values: [UInt16] = [], value: UInt64 = 0, shift: UInt64 = 0
        for place in range {
            value |= UInt64(bytes[place] & 0x7f) << min(shift, 63)
            shift += 7
            guard bytes[place] < 0x80 else { continue }
            values.append(UInt16(truncatingIfNeeded: value))
            (value, shift) = (0, 0)
        }
        guard shift == 0 else { throw Malformed("lists a number that does not end; the file is damaged") }
        return values
    }

    /// The values as float32, or those of some steps along the first axis.
    func read(_ bytes: UnsafeRawBufferPointer, rows: Range<Int>?) -> Tensor {
        let stride = shape.dropFirst().reduce(1, *), rows = shape.isEmpty ? nil : rows
        precondition(rows.map { $0.lowerBound >= 0 && $0.upperBound <= shape[0] } ?? true, "rows \(rows!) of \(shape)")
        let result = Tensor(uninitialized: rows.map { [$0.count] + shape.dropFirst() } ?? shape)
        let first = (rows?.lowerBound ?? 0) * stride, to = result.mutablePointer
        guard result.count > 0, let start = bytes.baseAddress else { return result }
        if let content {
            let size = scalarType.byteCount
            scalarType.read(start + content.lowerBound + first * size, stride: size, count: result.count, into: to)
            return result
        }
        let values =
            scalarType == .float16
            ? halves.map { HalfPrecision.float(float16: $0) }
            : listed.flatMap { part in
                Swift.stride(from: part.lowerBound, to: part.upperBound, by: 4).map {
                    Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
                }
            }
        // Fewer values than elements: the last repeats.
        for index in 0..<result.count { to[index] = values[min(first + index, values.count - 1)] }
        return result
    }
}
