/// The tensors in what a PyTorch pickle built, under their dotted names.
enum PyTorchTensors {
    /// How deep containers may be nested.
    static let deepest = 64
    /// Values visited, counting shared ones as often as they occur.
    static let largestVisits = 10_000_000
    /// Bytes of all names together.
    static let largestNames = 1 << 26

    /// Walks dictionaries, objects that are dictionaries of some kind, lists and tuples from `root`, in order, and places each tensor. What is not a tensor is passed
    /// over, as is everything under a key that is neither a string nor a whole number.
    ///
    /// - Parameter place: the bytes of a storage in the file.
    /// - Throws: `Malformed` when containers contain themselves, are too many or too deep, or a tensor does not fit its
    ///   storage.
    static func collect(
        _ root: PickleValue, in machine: PickleMachine, place: (PickleMachine.Storage) throws -> Range<Int>
    ) throws -> [StoredTensor] {
        if case .tensor = root {
            throw Malformed("holds one tensor without a name; save a dictionary of named tensors")
        }
        var result: [StoredTensor] = []
        var visits = 0
        var nameBytes = 0
        var path: [String] = []
        // Containers that are being walked, outermost first, and how many of their items are done.
        var open: [(value: PickleValue, done: Int)] = []

        func enter(_ value: PickleValue) throws {
            guard open.count < deepest else {
                throw Malformed("nests containers more than \(deepest) deep, or one contains itself; nothing was read")
            }
            open.append((value, 0))
        }
        switch root {
        case .dictionary, .list, .tuple: try enter(root)
        case .object(let place) where machine.dictionaries[machine.objects[place].items].keys.isEmpty:
            throw Malformed(
                "holds an object of the class \(Malformed.quoted(machine.objects[place].name)), expected a dictionary of named tensors; "
                    + "nothing was run; if you trust the file, load it in PyTorch and save only its state_dict")
        case .object: try enter(root)
        default: throw Malformed("holds \(root.kind), expected a dictionary of named tensors")
        }
        while let (container, done) = open.last {
            let item: (key: String?, value: PickleValue)?
            switch container {
            case .dictionary(let place):
                let dictionary = machine.dictionaries[place]
                item = done < dictionary.keys.count ? (name(dictionary.keys[done]), dictionary.values[done]) : nil
            case .object(let place):
                let dictionary = machine.dictionaries[machine.objects[place].items]
                item = done < dictionary.keys.count ? (name(dictionary.keys[done]), dictionary.values[done]) : nil
            case .list(let place):
                item = done < machine.lists[place].count ? (String(done), machine.lists[place][done]) : nil
            case .tuple(let place):
                item = done < machine.tuples[place].count ? (String(done), machine.tuples[place][done]) : nil
            default: item = nil
            }
            guard let (key, value) = item else {
                open.removeLast()
                if !path.isEmpty { path.removeLast() }
                continue
            }
            open[open.count - 1].done += 1
            visits += 1
            guard visits <= largestVisits else {
                throw Malformed("holds more values than a checkpoint needs; nothing was read")
            }
            guard let key else { continue }
            switch value {
            case .dictionary, .object, .list, .tuple:
                try enter(value)
                path.append(key)
            case .tensor(let index):
                let name = (path + [key]).joined(separator: ".")
                nameBytes += name.utf8.count
                guard nameBytes <= largestNames else { throw Malformed("has names of more than \(largestNames) bytes") }
                result.append(try tensor(name, machine.tensors[index], in: machine, place: place))
            default: break
            }
        }
        return result
    }

    private static func name(_ key: PickleValue) -> String? {
        switch key {
        case .string(let text): return text
        case .integer(let number): return String(number)
        default: return nil
        }
    }

    private static func tensor(
        _ name: String, _ view: PickleMachine.TensorView, in machine: PickleMachine,
        place: (PickleMachine.Storage) throws -> Range<Int>
    ) throws -> StoredTensor {
        let storage = machine.storages[view.storage]
        let size = storage.scalarType.byteCount
        let bytes: Range<Int>
        do {
            bytes = try place(storage)
        } catch let error as Malformed {
            throw Malformed("tensor \(Malformed.quoted(name)): \(error.problem)")
        }
        // `place` found room for the whole storage, so that these products cannot overflow.
        let seen = bytes.lowerBound + storage.view.lowerBound * size..<bytes.lowerBound + storage.view.upperBound * size
        return try StoredTensor(
            name: name, shape: view.shape, strides: view.strides, offset: view.offset, scalarType: storage.scalarType,
            storage: seen)
    }
}
