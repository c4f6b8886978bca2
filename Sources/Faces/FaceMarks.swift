import Figures
import Media

/// Draws faces over their picture: boxes, numbers, landmarks, and lines along brows, eyes, lips, nose and outline.
public enum FaceMarks {
    private static let inks = [Ink(60, 230, 90), Ink(250, 190, 40), Ink(80, 190, 255), Ink(255, 110, 200)]

    /// The picture with its faces marked, numbered from 1 in their order.
    public static func draw(_ faces: [Face], on picture: Picture) -> Picture {
        var canvas = Canvas(picture)
        let unit = max(1, min(picture.width, picture.height) / 400)
        for (index, face) in faces.enumerated() {
            let ink = inks[index % inks.count], box = face.box
            for ring in 0..<unit {
                let (wide, high) = (Int(box.width) + 2 * ring + 1, Int(box.height) + 2 * ring + 1)
                canvas.frame(x: Int(box.left) - ring, y: Int(box.top) - ring, width: wide, height: high, ink)
            }
            let thickness = min(max(box.width / 250, 0.6), 4)
            func line(_ points: [Int], closes: Bool) {
                for (a, b) in zip(points, points.dropFirst() + (closes ? points.prefix(1) : [])) {
                    let (from, to) = (face.point(a), face.point(b))
                    canvas.line(from: (from.x, from.y), to: (to.x, to.y), thickness: thickness, ink)
                }
            }
            for points in [MeshTopology.oval, MeshTopology.outerLips, MeshTopology.innerLipLine] { line(points, closes: true) }
            for points in [MeshTopology.leftBrow, MeshTopology.rightBrow, MeshTopology.bridge] { line(points, closes: false) }
            for points in [MeshTopology.leftEye, MeshTopology.rightEye] {
                // The lids' line: the lower lid from the outer to the inner corner, and the upper one from the outer side again.
                line(Array(points[0...8]) + points[9..<16].reversed(), closes: true)
            }
            for eye in [MeshTopology.leftIris, MeshTopology.rightIris] { line(Array(eye.dropFirst()), closes: true) }
            let dot = max(1, Int(box.width / 160))
            for point in 0..<MeshTopology.count {
                let place = face.point(point)
                canvas.fill(x: Int(place.x) - dot / 2, y: Int(place.y) - dot / 2, width: dot, height: dot, .white)
            }
            let scale = 2 * unit, label = String(index + 1), high = 9 * scale
            let top = Int(box.top) - high >= 0 ? Int(box.top) - high : Int(box.top)
            // Within the picture, also of a box that is not.
            let wide = Canvas.width(of: label, scale: scale) + 2 * scale, left = max(0, min(Int(box.left), canvas.picture.width - wide))
            canvas.fill(x: left, y: top, width: wide, height: high, ink)
            canvas.write(label, x: left + scale, y: top + scale, scale: scale)
        }
        return canvas.picture
    }
}
