/// How one value of a tensor is stored. All are little-endian.
public enum ScalarType: String, CaseIterable, Sendable {
    case float64, float32, float16, bfloat16
    case int64, int32, int16, int8
    case uint64, uint32, uint16, uint8
    case bool

    /// The type's name, as PyTorch spells it.
    public var name: String { rawValue }

    /// The bytes of one value.
    public var byteCount: Int {
        switch self {
        case .float64, .int64, .uint64: return 8
        case .float32, .int32, .uint32: return 4
        case .float16, .bfloat16, .int16, .uint16: return 2
        case .int8, .uint8, .bool: return 1
        }
    }

    /// The type that a safetensors header calls `dtype`.
    init?(safetensorsName dtype: String) {
        guard let type = Self.allCases.first(where: { $0.safetensorsName == dtype }) else { return nil }
        self = type
    }

    /// The type's name in a safetensors header.
    var safetensorsName: String {
        switch self {
        case .float64: return "F64"
        case .float32: return "F32"
        case .float16: return "F16"
        case .bfloat16: return "BF16"
        case .int64: return "I64"
        case .int32: return "I32"
        case .int16: return "I16"
        case .int8: return "I8"
        case .uint64: return "U64"
        case .uint32: return "U32"
        case .uint16: return "U16"
        case .uint8: return "U8"
        case .bool: return "BOOL"
        }
    }

    /// Converts `count` values of this type to float32: the nearest one, ties to even; a true bool is 1.
    ///
    /// - Parameters:
    ///   - source: the first value; it need not be aligned.
    ///   - stride: bytes from one value to the next; 0 repeats the first.
    func read(_ source: UnsafeRawPointer, stride: Int, count: Int, into target: UnsafeMutablePointer<Float>) {
        func values<Stored>(_ type: Stored.Type, _ value: (Stored) -> Float) {
            var place = source
            for index in 0..<count {
                target[index] = value(place.loadUnaligned(as: Stored.self))
                if index + 1 < count { place += stride }
            }
        }
        switch self {
        case .float64: values(UInt64.self) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
        case .float32: values(UInt32.self) { Float(bitPattern: UInt32(littleEndian: $0)) }
        case .float16: values(UInt16.self) { HalfPrecision.float(float16: UInt16(littleEndian: $0)) }
        case .bfloat16: values(UInt16.self) { HalfPrecision.float(bfloat16: UInt16(littleEndian: $0)) }
        case .int64: values(Int64.self) { Float(Int64(littleEndian: $0)) }
        case .int32: values(Int32.self) { Float(Int32(littleEndian: $0)) }
        case .int16: values(Int16.self) { Float(Int16(littleEndian: $0)) }
        case .int8: values(Int8.self) { Float($0) }
        case .uint64: values(UInt64.self) { Float(UInt64(littleEndian: $0)) }
        case .uint32: values(UInt32.self) { Float(UInt32(littleEndian: $0)) }
        case .uint16: values(UInt16.self) { Float(UInt16(littleEndian: $0)) }
        case .uint8: values(UInt8.self) { Float($0) }
        case .bool: values(UInt8.self) { $0 == 0 ? 0 : 1 }
        }
    }
}
