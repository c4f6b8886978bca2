/// A tensor of a graph: a constant of the file, or what an operator computes.
public struct GraphTensor: Sendable {
    public let name: String
    /// As the file has it; pictures and features are (N, height, width, channels).
    public let shape: [Int]
    /// How a constant is stored.
    public let scalarType: ScalarType
    /// Where a constant's bytes lie in the file; nil for what is computed.
    let bytes: Range<Int>?
    /// Which values are stored where a constant leaves out zeros.
    let sparseRows: SparseRows?

    public var isConstant: Bool { bytes != nil }
    /// Whether a constant leaves out zeros.
    public var isSparse: Bool { sparseRows != nil }
    /// The number of values.
    public var count: Int { shape.reduce(1, *) }
}
