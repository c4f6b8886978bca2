/// The owner of memory that it can fill again, such as a mapped file.
public protocol ReclaimableMemory: AnyObject {
    /// Gives the memory back to the system; it comes again, with the same values, when it is read.
    func release(_ bytes: UnsafeRawBufferPointer)
}
