import Faces
import Media
import Networks

extension EncodedPortrait {
    /// How far lids and lips are apart while the portrait is moved along some of its controls at once, from its own motion.
    ///
    /// - Parameters:
    ///   - ends: the controls, by their places among them, and the amounts at the last step.
    ///   - steps: equally many amounts apart, after the portrait as it is.
    ///   - controls: how many the portrait's model has.
    /// - Returns: steps + 1 of them; nil where no face is found in one of the pictures.
    func distances(along ends: [(place: Int, amount: Float)], steps: Int, controls: Int, finder: FaceFinder) -> [FaceDistances]? {
        var found: [FaceDistances] = []
        for index in 0...steps {
            var amounts = [Float](repeating: 0, count: controls)
            for end in ends { amounts[end.place] = end.amount * Float(index) / Float(steps) }
            let shown = Picture(picture(edited(motion, by: amounts)))
            guard let face = finder.faces(in: shown.enlargedForFaces).first else { return nil }
            found.append(FaceDistances(face))
        }
        return found
    }
}
