/// What a pickle may build. Containers, storages and tensors are numbers of places in the `PickleMachine`, so that no value
/// owns another one: values that contain themselves, or are nested without end, cost nothing to let go.
enum PickleValue {
    case none
    case bool(Bool)
    case integer(Int)
    /// A whole number that does not fit: its little-endian bytes, two's complement.
    case largeInteger([UInt8])
    case number(Double)
    case string(String)
    case tuple(Int)
    case list(Int)
    case dictionary(Int)
    case global(PickleGlobal)
    case storage(Int)
    case tensor(Int)
    /// Something of a class that is not known here: a place in the machine's objects.
    case object(Int)
    /// Bytes, sets and other values without tensors, whose content is of no interest.
    case opaque
    /// For a machine that reads arrays.
    case bytes(PickleMachine.Bytes)
    /// The type of an array's values: a place in the machine's `arrayTypes`.
    case arrayType(Int)
    /// A NumPy array: a place in the machine's `arrays`.
    case array(Int)

    /// What errors call a value of this kind.
    var kind: String {
        switch self {
        case .none: return "None"
        case .bool: return "a bool"
        case .integer, .largeInteger: return "a whole number"
        case .number: return "a number"
        case .string: return "a string"
        case .tuple: return "a tuple"
        case .list: return "a list"
        case .dictionary: return "a dictionary"
        case .global: return "a class or function"
        case .storage: return "a storage"
        case .tensor: return "a tensor"
        case .object: return "an object"
        case .opaque: return "bytes or a set"
        case .bytes: return "bytes"
        case .arrayType: return "a type of values"
        case .array: return "an array"
        }
    }
}
