/// A point of a puppet that stays the same in every pose: which part it is of, and where in that part's own coordinates.
struct Surface: Sendable {
    let part: PuppetPart
    /// In the part's own coordinates; each painter says which.
    let place: Point
    /// For what is there twice, -1 for the one on the picture's left and 1 for the other; else 0.
    var side: Float = 0
}
