/// What `torch.save` writes since PyTorch 1.6: a ZIP archive with one folder that holds `data.pkl`, `byteorder`, and each
/// storage as `data/KEY`.
enum PyTorchZip {
    /// Bytes of `data.pkl`; a network of a million tensors needs no more.
    static let largestPickle = 1 << 28

    /// - Throws: `Malformed`.
    static func read(_ bytes: UnsafeRawBufferPointer) throws -> [StoredTensor] {
        let archive = try ZipArchive(bytes)
        let pickles = archive.files.filter { $0.name.hasSuffix("/data.pkl") && $0.name.filter { $0 == "/" }.count == 1 }
        guard pickles.count == 1, let pickle = pickles.first else {
            throw Malformed("is a ZIP archive without the data.pkl of a PyTorch checkpoint")
        }
        let folder = pickle.name.dropLast("data.pkl".count)
        if archive.files.contains(where: { $0.name == folder + "constants.pkl" || $0.name.hasPrefix(folder + "code/") }) {
            throw Malformed(
                "is a TorchScript program, not a checkpoint; in PyTorch: torch.save(torch.jit.load(FILE).state_dict(), NEW)"
            )
        }
        if let file = archive.files.first(where: \.isCompressed) {
            throw Malformed(
                "has \(Malformed.quoted(file.name)) compressed, which torch.save never does; pack it again without compression"
            )
        }
        if let order = archive[folder + "byteorder"], !bytes[order].elementsEqual("little".utf8) {
            let found = String(decoding: bytes[order].prefix(16), as: UTF8.self)
            throw Malformed(
                "has the byte order \(Malformed.quoted(found)), expected 'little'; save it on such a machine")
        }
        guard pickle.bytes.count <= largestPickle else {
            throw Malformed("has a data.pkl of \(pickle.bytes.count) bytes; at most \(largestPickle) are expected")
        }
        var machine = PickleMachine(UnsafeRawBufferPointer(rebasing: bytes[pickle.bytes]))
        let root = try machine.run()
        return try PyTorchTensors.collect(root, in: machine) { storage in
            guard let file = archive[folder + "data/" + storage.key] else {
                throw Malformed("its storage data/\(storage.key) is not in the archive; the file is damaged")
            }
            guard file.count / storage.scalarType.byteCount >= storage.count else {
                throw Malformed(
                    "its storage data/\(storage.key) has \(file.count) bytes, expected \(storage.count) values of "
                        + "\(storage.scalarType.name); the file is damaged")
            }
            return file
        }
    }
}
