import Files
import Tensors

/// The bytes of tensors' values as files store them.
struct TensorBytes {
    private let scalarType: ScalarType
    private let path: String

    /// - Parameters:
    ///   - scalarType: `.float32` (bits kept), `.float16` or `.bfloat16` (rounded to nearest, ties to even).
    ///   - path: what errors call the file.
    init(as scalarType: ScalarType, path: String) {
        precondition([.float32, .float16, .bfloat16].contains(scalarType), "tensors are not written as \(scalarType.name)")
        (self.scalarType, self.path) = (scalarType, path)
    }

    /// Hands over the bytes of a tensor in pieces.
    ///
    /// - Throws: `FileError` (output) when a finite value is too large for the type, and what `take` throws.
    func give(_ tensor: Tensor, _ name: String, to take: (UnsafeRawBufferPointer) throws -> Void) throws {
        defer { keepAlive(tensor) }
        guard scalarType != .float32 else { return try take(UnsafeRawBufferPointer(start: tensor.pointer, count: tensor.count * 4)) }
        let infinity: UInt16 = scalarType == .float16 ? 0x7c00 : 0x7f80
        var chunk = [UInt16](repeating: 0, count: 1 << 16)
        for start in Swift.stride(from: 0, to: tensor.count, by: chunk.count) {
            let count = min(chunk.count, tensor.count - start)
            for index in 0..<count {
                let value = tensor.pointer[start + index]
                let bits = scalarType == .float16 ? HalfPrecision.float16(value) : HalfPrecision.bfloat16(value)
                guard bits & 0x7fff != infinity || value.isInfinite else {
                    throw FileError(
                        .output, path,
                        "tensor \(Malformed.quoted(name)) holds \(value), too large for \(scalarType.name); write it as float32")
                }
                chunk[index] = bits.littleEndian
            }
            try chunk.withUnsafeBytes { try take(UnsafeRawBufferPointer(rebasing: $0[..<(count * 2)])) }
        }
    }
}
