import Foundation

/// Where a path stands, also one to nothing yet: the last folder or file on its way that exists, and the names after it.
///
/// Upper and lower case of names that do not exist yet count as one, because there are disks that do not tell them apart.
struct PathPlace: Hashable {
    private let ancestor: FileIdentity
    private let rest: [String]

    private init(_ ancestor: FileIdentity, _ rest: [String]) { (self.ancestor, self.rest) = (ancestor, rest) }

    /// The most links on the way of one path, as the system has it.
    private static let mostLinks = 40

    /// Every place that a path stands for: its name's own, and the place that its links lead to.
    static func all(of path: String) -> Set<PathPlace> {
        var places: Set<PathPlace> = []
        let target = names(of: path, followsLast: true)
        places.insert(PathPlace(names: target))
        places.insert(PathPlace(names: names(of: path, followsLast: false)))
        // A name in its folder too, because an existing file may have another name besides.
        if let last = target.last, let folder = FileIdentity("/" + target.dropLast().joined(separator: "/")) {
            places.insert(PathPlace(folder, [last.lowercased()]))
        }
        return places
    }

    /// The places of the folders that a path lies in, from the root down.
    static func folders(of path: String) -> [PathPlace] {
        let names = names(of: path, followsLast: true)
        return names.indices.map { PathPlace(names: Array(names[..<$0])) }
    }

    private init(names: [String]) {
        var count = names.count
        while count > 0 {
            if let ancestor = FileIdentity("/" + names[..<count].joined(separator: "/")) {
                self.init(ancestor, names[count...].map { $0.lowercased() })
                return
            }
            count -= 1
        }
        // The root exists.
        self.init(FileIdentity("/")!, names.map { $0.lowercased() })
    }

    /// The names on the way from the root, links on it resolved.
    private static func names(of path: String, followsLast: Bool) -> [String] {
        let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        var pending = Array(absolute.split(separator: "/").map(String.init).reversed())
        var names: [String] = [], links = 0
        while let name = pending.popLast() {
            if name == "." { continue }
            if name == ".." {
                _ = names.popLast()
                continue
            }
            names.append(name)
            guard followsLast || !pending.isEmpty, links < mostLinks else { continue }
            var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
            let length = readlink("/" + names.joined(separator: "/"), &target, Int(PATH_MAX))
            guard length > 0 else { continue }
            links += 1
            let text = String(cString: target)
            if text.hasPrefix("/") { names = [] } else { names.removeLast() }
            pending += text.split(separator: "/").map(String.init).reversed()
        }
        return names
    }
}
