/// A file's bytes in memory of just their size, so that a memory checker sees every read beside them.
public final class FileBytes {
    private let memory: UnsafeMutableRawBufferPointer

    public init(_ bytes: [UInt8]) {
        memory = .allocate(byteCount: bytes.count, alignment: 16)
        memory.copyBytes(from: bytes)
    }

    deinit { memory.deallocate() }

    /// Valid while this object lives.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }
}
