/// One process that trains alone.
public final class SingleProcess: ProcessGroup {
    public let rank = 0
    public let size = 1

    public init() {}

    public func sum(_ values: UnsafeMutablePointer<Float>, count: Int) {}
    public func finish() {}
}
