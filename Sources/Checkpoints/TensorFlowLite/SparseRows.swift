/// The places of the stored values of a constant that leaves out zeros along its last axis (compressed rows).
struct SparseRows: Sendable {
    /// The stored values of row r, all leading axes in one, are those from `segments[r]` up to `segments[r + 1]`.
    let segments: [Int]
    /// The place in its row of every stored value.
    let columns: [Int]

    /// - Parameters:
    ///   - table: the file's description of the constant's sparsity.
    ///   - shape: of the constant.
    /// - Throws: `Malformed` for any other pattern of zeros, or one that does not fit the shape.
    init(_ table: FlatTable, shape: [Int], title: String) throws {
        let order = try table.numbers(0, Int32.self, upTo: 16, "axes of a sparse tensor")
        let blocks = try table.numbers(1, Int32.self, upTo: 16, "blocks of a sparse tensor")
        let axes = try table.tables(2, upTo: 16, "axes of a sparse tensor")
        guard order == Array(shape.indices), blocks.isEmpty, axes.count == shape.count, let last = axes.last else {
            throw Malformed("\(title) leaves out zeros in another way than row by row; that is not read here")
        }
        for (axis, extent) in zip(axes.dropLast(), shape) {
            guard try axis.number(0, Int8.self) ?? 0 == 0, try axis.number(1, Int32.self).map(Int.init) == extent else {
                throw Malformed("\(title) leaves out zeros in another way than row by row; that is not read here")
            }
        }
        guard try last.number(0, Int8.self) == 1 else {
            throw Malformed("\(title) leaves out zeros in another way than row by row; that is not read here")
        }
        let rows = shape.dropLast().reduce(1, *), width = shape[shape.count - 1]
        segments = try Self.list(last, 2, upTo: rows + 1, title)
        columns = try Self.list(last, 4, upTo: rows * width, title)
        guard segments.count == rows + 1, segments[0] == 0, segments[rows] == columns.count,
            zip(segments, segments.dropFirst()).allSatisfy({ $0 <= $1 }), columns.allSatisfy({ (0..<width).contains($0) })
        else { throw Malformed("\(title) has damaged places of its values; copy the file again") }
    }

    /// Whole numbers stored in as many bytes as the field before them says: 4, 2 or 1.
    private static func list(_ table: FlatTable, _ field: Int, upTo limit: Int, _ title: String) throws -> [Int] {
        guard let values = try table.table(field + 1) else { throw Malformed("\(title) lacks the places of its values") }
        switch try table.number(field, UInt8.self) {
        case 1: return try values.numbers(0, Int32.self, upTo: limit, "places of values")
        case 2: return try values.numbers(0, UInt16.self, upTo: limit, "places of values")
        case 3: return try values.numbers(0, UInt8.self, upTo: limit, "places of values")
        default: throw Malformed("\(title) has places of its values in a form that is not read here")
        }
    }
}
