/// What `torch.save` wrote before PyTorch 1.6: pickles of a magic number, a version, the machine's properties, the object
/// and its storages' keys, then each storage: its count of values (8 bytes) and the values.
enum PyTorchLegacy {
    /// 0x1950a86a20f9469cfc6c
    private static let magic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
    private static let version = 1001

    /// - Throws: `Malformed`.
    static func read(_ bytes: UnsafeRawBufferPointer) throws -> [StoredTensor] {
        var first = PickleMachine(bytes)
        guard case .largeInteger(magic) = try first.run() else {
            throw Malformed("is a pickle, but not one that torch.save wrote; save a state_dict with torch.save")
        }
        var second = PickleMachine(bytes, at: first.end)
        guard case .integer(version) = try second.run() else {
            throw Malformed("is of another version than \(version) of PyTorch's older format; save it again in PyTorch")
        }
        var system = PickleMachine(bytes, at: second.end)
        guard case .dictionary(let properties) = try system.run() else {
            throw Malformed("lacks the properties of the machine that saved it; the file is damaged")
        }
        if case .bool(false)? = system.dictionaries[properties]["little_endian"] {
            throw Malformed("was saved on a big-endian machine; save it again on a little-endian one")
        }
        var machine = PickleMachine(bytes, at: system.end)
        let root = try machine.run()
        let storages = try place(machine, bytes)
        return try PyTorchTensors.collect(root, in: machine) { storage in
            guard let place = storages[storage.key] else {
                throw Malformed("its storage \(Malformed.quoted(storage.key)) is not in the file; the file is damaged")
            }
            return place
        }
    }

    /// Where each storage lies, by its key.
    private static func place(_ machine: PickleMachine, _ bytes: UnsafeRawBufferPointer) throws -> [String: Range<Int>] {
        var known: [String: PickleMachine.Storage] = [:]
        for storage in machine.storages {
            let other = known.updateValue(storage, forKey: storage.key) ?? storage
            guard other.scalarType == storage.scalarType, other.count == storage.count else {
                throw Malformed("describes storage \(Malformed.quoted(storage.key)) in two ways; the file is damaged")
            }
        }
        var list = PickleMachine(bytes, at: machine.end)
        guard case .list(let place) = try list.run() else {
            throw Malformed("lacks the list of its storages; copy it again")
        }
        var cursor = ByteCursor(bytes, at: list.end)
        var result: [String: Range<Int>] = [:]
        for key in list.lists[place] {
            guard case .string(let key) = key, let storage = known[key] else {
                throw Malformed("lists a storage that none of its tensors uses; the file is damaged")
            }
            let title = "storage \(Malformed.quoted(key))"
            let count = try cursor.count64()
            guard count == storage.count else {
                throw Malformed("\(title) has \(count) values, expected \(storage.count); the file is damaged")
            }
            let size = storage.scalarType.byteCount
            guard count <= cursor.remaining / size else {
                throw Malformed(
                    "is cut short in \(title): \(count) values of \(size) bytes expected, \(cursor.remaining) bytes left; copy it again"
                )
            }
            let start = cursor.position
            _ = try cursor.take(count * size)
            guard result.updateValue(start..<start + count * size, forKey: key) == nil else {
                throw Malformed("lists \(title) twice; the file is damaged")
            }
        }
        return result
    }
}
