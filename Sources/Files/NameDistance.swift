/// How far apart two names are, and which of several was meant.
package enum NameDistance {
    /// How many letters must be inserted, removed or replaced to turn one name into the other (Levenshtein).
    package static func between(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a), Array(b))
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let above = row[j + 1]
                row[j + 1] = min(row[j] + 1, above + 1, diagonal + (a[i] == b[j] ? 0 : 1))
                diagonal = above
            }
        }
        return row[b.count]
    }

    /// The known name that a misspelt one most likely stands for: the nearest, in whatever case, where at most a third of its letters differ.
    package static func meant(by name: String, among known: [String]) -> String? {
        let distances = known.map { between(name.lowercased(), $0.lowercased()) }
        guard let nearest = distances.indices.min(by: { distances[$0] < distances[$1] }) else { return nil }
        return distances[nearest] <= max(1, known[nearest].count / 3) ? known[nearest] : nil
    }

    /// "; did you mean turn?", or nothing where no name is near.
    package static func question(_ name: String, among known: [String]) -> String {
        meant(by: name, among: known).map { "; did you mean \($0)?" } ?? ""
    }
}
