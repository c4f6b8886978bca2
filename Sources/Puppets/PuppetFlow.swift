/// Where a picture of a puppet in one pose (the target) finds its content in a picture of the same puppet in another
/// (the source).
public struct PuppetFlow: Equatable, Sendable {
    /// The pictures' side in pixels.
    public let size: Int
    /// For every pixel of the target, rows top to bottom, x and y in the source: `size * size * 2` values. -1 and 1 are the
    /// picture's outer edges, so that the middle of pixel i is at (2i + 1) / size - 1. What is occluded in the source has
    /// the place where it lies behind what covers it; places may be outside the picture.
    public let coordinates: [Float]
    /// For every pixel of the target 1 where its content is seen in the source, 0 where it is occluded or outside there:
    /// `size * size` values.
    public let validity: [Float]
    /// For every pixel of the target 1 where it shows the inside of a mouth that the source hides, if that was to be found between its
    /// lips, else 0: `size * size` values.
    public let opened: [Float]

    /// A flow from its values: `size * size * 2` coordinates, `size * size` of the others; nothing opened where that is left out.
    public init(size: Int, coordinates: [Float], validity: [Float], opened: [Float]? = nil) {
        let opened = opened ?? [Float](repeating: 0, count: size * size)
        precondition(
            coordinates.count == size * size * 2 && validity.count == size * size && opened.count == size * size,
            "a flow has a place for every pixel")
        (self.size, self.coordinates, self.validity, self.opened) = (size, coordinates, validity, opened)
    }
}
