import Files
import Media

/// Finds the chosen faces of an input and follows them through its frames.
package struct FaceSurvey {
    private let finder: FaceFinder
    private let choice: FaceChoice
    /// What errors call the input.
    private let path: String

    private var trails: [FaceTrail] = []
    private var frames = 0
    /// The most faces of a frame.
    private var most = 0

    package init(finder: FaceFinder, choice: FaceChoice, path: String) { (self.finder, self.choice, self.path) = (finder, choice, path) }

    /// Looks at the next frame.
    package mutating func look(at picture: Picture) {
        if trails.isEmpty {
            var faces = finder.faces(in: picture, small: choice == .all)
            // A face that the numbers count on may be a small one.
            if case .number(let number) = choice, faces.count < number, !faces.isEmpty { faces = finder.faces(in: picture, small: true) }
            most = max(most, faces.count)
            trails = choice.chosen(from: faces).map { FaceTrail($0, before: frames) }
        } else {
            follow(picture)
        }
        frames += 1
    }

    private mutating func follow(_ picture: Picture) {
        var found = trails.map { $0.isLost ? nil : finder.follow($0.last, in: picture) }
        // Of two trails that have come upon one face the earlier keeps it.
        for index in found.indices {
            guard let face = found[index] else { continue }
            if found[..<index].contains(where: { $0.map { $0.box.intersectionOverUnion(face.box) > 0.5 } ?? false }) { found[index] = nil }
        }
        if found.contains(where: { $0 == nil }) {
            var others = finder.faces(in: picture)
            func drop(_ face: Face) { others.removeAll { $0.box.intersectionOverUnion(face.box) > 0.5 } }
            for case let face? in found { drop(face) }
            for index in found.indices where found[index] == nil {
                guard let face = trails[index].match(others, isOnly: trails.count == 1) else { continue }
                found[index] = face
                drop(face)
            }
        }
        for index in trails.indices { trails[index].add(found[index]) }
    }

    /// The trails, one for each chosen face; none where no face was found at all.
    ///
    /// - Throws: `FileError` (input) when there are faces, but not so many as the number asks for.
    package func result() throws -> [FaceTrail] {
        if trails.isEmpty, most > 0, case .number(let number) = choice {
            throw FileError(.input, path, "has no face \(number): it has \(most); 'lia faces' lists them")
        }
        return trails
    }
}
