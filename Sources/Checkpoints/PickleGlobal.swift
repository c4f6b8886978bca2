/// A class or function that a checkpoint's pickle may name. Nothing is looked up or imported: those that are not known here only have
/// a name, and what they would make is nothing that can be used.
enum PickleGlobal: Equatable {
    case orderedDictionary
    /// `torch._utils._rebuild_tensor_v2`, whose first four arguments are those of `_rebuild_tensor` before it.
    case rebuildTensor
    /// `torch._utils._rebuild_parameter`, with or without state: the tensor that it is given.
    case rebuildParameter
    /// `torch.Size`: a tuple.
    case size
    /// `torch.device`, which says nothing of interest here.
    case device
    /// A `torch` dtype or the like: a value, not something to call.
    case constant
    /// The class of a storage of such values.
    case storage(ScalarType)
    /// A dictionary with defaults, `collections.defaultdict`.
    case defaultDictionary
    /// Any other class, by its name.
    case other(String)
    /// `numpy.core.multiarray._reconstruct`, under NumPy 2 in `numpy._core`: an array that a state is then given to.
    case reconstructArray
    /// `numpy.core.numeric._frombuffer`: an array of bytes, a type, a shape and an order, as protocol 5 stores it.
    case arrayFromBuffer
    /// `numpy.core.multiarray.scalar`: one number of a type.
    case arrayScalar
    /// `_codecs.encode`: bytes from a text of their values, as protocol 2 stores them.
    case encode
    /// `numpy.ndarray`.
    case arrayClass
    /// `numpy.dtype`.
    case arrayType

    /// - Throws: `Malformed` that names the class or function when it is refused (see `PickleRefusals`).
    init(module: String, name: String) throws {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("collections", "defaultdict"): self = .defaultDictionary
        case ("torch._utils", "_rebuild_tensor_v2"), ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"):
            self = .rebuildParameter
        case ("torch", "Size"): self = .size
        case ("torch", "device"): self = .device
        case ("torch", _) where Self.storages[name] != nil: self = .storage(Self.storages[name]!)
        case ("torch", _) where Self.constants.contains(name): self = .constant
        default:
            guard !PickleRefusals.contains(module: module, name: name) else { throw Self.refusal(module, name) }
            self = .other("\(module).\(name)")
        }
    }

    /// What a pickle of plain values and arrays may name, and nothing else.
    ///
    /// - Throws: `Malformed` that names the class or function when it is another one.
    init(ofArrays module: String, name: String) throws {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("collections", "defaultdict"): self = .defaultDictionary
        case ("_codecs", "encode"): self = .encode
        case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"): self = .reconstructArray
        case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"): self = .arrayScalar
        case ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"): self = .arrayFromBuffer
        case ("numpy", "ndarray"): self = .arrayClass
        case ("numpy", "dtype"): self = .arrayType
        default:
            let advice =
                PickleRefusals.contains(module: module, name: name) ? "do not use the file" : "save it with arrays of numbers alone"
            throw Malformed(
                "names \(Malformed.quoted("\(module).\(name)")), which is no number, text, container or array of numbers; nothing was run; "
                    + advice)
        }
    }

    private static let storages: [String: ScalarType] = [
        "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
        "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
        "ByteStorage": .uint8,
        "BoolStorage": .bool,
    ]

    private static let constants: Set<String> = [
        "float64", "double", "float32", "float", "float16", "half", "bfloat16", "int64", "long", "int32", "int",
        "int16",
        "short", "int8", "uint8", "bool", "strided", "contiguous_format", "preserve_format",
    ]

    static func refusal(_ module: String, _ name: String) -> Malformed {
        Malformed(
            "names \(Malformed.quoted("\(module).\(name)")), which is not part of a tensor, number, text or container; nothing "
                + "was run; if you trust the file, load it in PyTorch and save only its state_dict")
    }
}
