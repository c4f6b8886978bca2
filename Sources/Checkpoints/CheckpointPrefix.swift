import Files

extension Checkpoint {
    /// What stands before the names of a network's tensors: "" or the keys and wrappers that whoever saved it put there, such as
    /// "state_dict.module.".
    ///
    /// Where a checkpoint holds several copies of a network, the moving average is taken, then the generator of a pair, then the one
    /// without a prefix.
    ///
    /// - Parameter signatures: what names of the network's tensors begin with, any of them.
    /// - Returns: nil when there is no such tensor.
    /// - Throws: `FileError` (input) that names the prefixes where several are as good.
    public func prefix(before signatures: [String]) throws -> String? {
        var prefixes: [String] = []
        for entry in entries {
            for signature in signatures {
                guard let prefix = Self.prefix(in: entry.name, before: signature), prefixes.last != prefix else { continue }
                if !prefixes.contains(prefix) { prefixes.append(prefix) }
            }
        }
        guard let best = prefixes.map(Self.rank).min() else { return nil }
        let found = prefixes.filter { Self.rank($0) == best }
        guard found.count == 1 else {
            let names = found.prefix(4).map { Malformed.quoted($0) }.joined(separator: ", ")
            throw FileError(
                .input, path, "holds \(found.count) such networks (under \(names)); save the one that is meant in a file of its own")
        }
        return found[0]
    }

    /// The tensors of a network, called by their own names.
    ///
    /// - Throws: as `prefix(before:)`.
    public func network(with signatures: [String]) throws -> Checkpoint {
        guard let prefix = try prefix(before: signatures), !prefix.isEmpty else { return self }
        return under(prefix)
    }

    /// The beginning of a name, up to a signature that stands at its start or after a dot.
    private static func prefix(in name: String, before signature: String) -> String? {
        if name.hasPrefix(signature) { return "" }
        let (name, pattern) = (Array(name.utf8), Array(".\(signature)".utf8))
        guard name.count >= pattern.count else { return nil }
        for start in 0...name.count - pattern.count where name[start] == pattern[0] && name[start...].starts(with: pattern) {
            return String(decoding: name[...start], as: UTF8.self)
        }
        return nil
    }

    /// The lower, the sooner it is taken.
    private static func rank(_ prefix: String) -> Int {
        let keys = prefix.split(separator: ".").map { $0.lowercased() }
        if keys.contains(where: { $0 == "ema" || $0.hasSuffix("_ema") || $0.hasPrefix("ema_") }) { return 0 }
        if keys.contains(where: { ["gen", "generator", "g", "netg", "net_g"].contains($0) }) { return 1 }
        return keys.isEmpty ? 2 : 3
    }
}
