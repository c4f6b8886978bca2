import Faces

/// How far the landmarks of two pictures of a face are apart.
package enum KeypointDistance {
    /// The mean Euclidean distance of the mesh's points, as part of the longer side of the true face's box.
    package static func between(_ found: Face, truth: Face) -> Double {
        let size = max(truth.box.width, truth.box.height)
        var sum: Float = 0
        for index in 0..<MeshTopology.meshCount {
            let line = found.point(index) - truth.point(index)
            sum += (line * line).sum().squareRoot()
        }
        return Double(sum / Float(MeshTopology.meshCount) / size)
    }
}
