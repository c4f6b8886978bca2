/// Files whose names differ only in one number, such as `frame-001.png`, `frame-002.png`, …
struct NumberedRun {
    /// In the order of the number.
    let names: [String]
    /// What stands before the number, without signs at its end; "frames" where that is nothing.
    let title: String

    /// The runs among the names. A name with several numbers belongs to the longest run that one of them makes.
    static func find(in names: [String], atLeast shortest: Int) -> [NumberedRun] {
        var members: [Pattern: [(digits: ArraySlice<UInt8>, name: String)]] = [:]
        var patterns: [String: [Pattern]] = [:]
        for name in names {
            for (pattern, digits) in splits(name) {
                members[pattern, default: []].append((digits, name))
                patterns[name, default: []].append(pattern)
            }
        }
        var chosen: [Pattern: Set<String>] = [:]
        for name in names {
            // The last number counts among equals, as in shot2-frame1, shot2-frame2.
            guard let best = patterns[name]?.max(by: { members[$0]!.count < members[$1]!.count }) else { continue }
            let ties = patterns[name]!.filter { members[$0]!.count == members[best]!.count }
            chosen[ties.last!, default: []].insert(name)
        }
        return chosen.filter { $0.value.count >= shortest }
            .map { pattern, own in
                let ordered = members[pattern]!.filter { own.contains($0.name) }.sorted {
                    let (a, b) = ($0.digits.drop { $0 == 48 }, $1.digits.drop { $0 == 48 })
                    if a.count != b.count { return a.count < b.count }
                    return a.elementsEqual(b) ? $0.name < $1.name : a.lexicographicallyPrecedes(b)
                }
                var title = Substring(pattern.before)
                while let last = title.last, !last.isLetter && !last.isNumber { title.removeLast() }
                return NumberedRun(names: ordered.map(\.name), title: title.isEmpty ? "frames" : String(title))
            }
            .sorted { $0.names[0].utf8.lexicographicallyPrecedes($1.names[0].utf8) }
    }

    private struct Pattern: Hashable {
        let before: String
        let after: String
    }

    /// The name around each of its numbers, first to last. Digits of the extension are none.
    private static func splits(_ name: String) -> [(Pattern, ArraySlice<UInt8>)] {
        let bytes = Array(name.utf8)
        let end = bytes.lastIndex(of: UInt8(ascii: ".")) ?? bytes.count
        var result: [(Pattern, ArraySlice<UInt8>)] = []
        var at = 0
        while at < end {
            guard (48...57).contains(bytes[at]) else {
                at += 1
                continue
            }
            let first = at
            while at < end, (48...57).contains(bytes[at]) { at += 1 }
            let pattern = Pattern(
                before: String(decoding: bytes[..<first], as: UTF8.self), after: String(decoding: bytes[at...], as: UTF8.self))
            result.append((pattern, bytes[first..<at]))
        }
        return result
    }
}
