import Media

/// L1: the mean absolute difference of two pictures' values in [0, 1].
public enum AbsoluteDifference {
    /// - Returns: 0 for the same pictures, at most 1.
    /// - Precondition: both are of one size.
    public static func between(_ a: Picture, _ b: Picture) -> Double {
        precondition(a.width == b.width && a.height == b.height, "\(a.width)×\(a.height), \(b.width)×\(b.height)")
        var sum = 0
        for index in a.pixels.indices { sum += abs(Int(a.pixels[index]) - Int(b.pixels[index])) }
        return Double(sum) / 255 / Double(a.pixels.count)
    }
}
