import Tensors

/// Motion between the pictures of a group that is known, because they were made by it or by landmarks.
package protocol KnownMotion: Sendable {
    /// Where in one member's picture stands what another member shows, for every pixel of a map of `size` pixels on a side.
    /// Positions are those of grid sampling without aligned corners: −1 and 1 are outer edges, and the position that the
    /// generator samples, its linspace plus its flow, is to be compared with this grid as it is.
    ///
    /// - Returns: the grid (1, size, size, 2), x before y; a weight (size, size) that is 1 where the content is seen in the source's
    ///   picture, else 0; and (size, size) that is 1 inside a mouth which is closed in the source, where the grid stands on the line of
    ///   its lips, else 0, which maps of 32 pixels and more tell.
    func grid(source: Int, driving: Int, size: Int) -> (grid: Tensor, weight: Tensor, opened: Tensor)
}
