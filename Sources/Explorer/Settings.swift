import Animation
import Networks

/// What a page's controls say, as it sends them.
struct Settings: Decodable {
    /// α of each direction, direction 1 first.
    var edit: [Float]
    /// Scales every α.
    var strength: Float
    /// Scales the driving motion.
    var motionStrength: Float
    /// Directions, 1…M, along which the driving motion is not transferred.
    var muted: [Int]

    /// The driving frame that relative motion starts from, counted from 0; the first one where nil.
    var reference: Int?
    /// Whether a portrait that nothing drives starts from the canonical pose.
    var canonical: Bool?

    /// - Throws: `Problem` for values that are no settings of a model.
    func check(_ model: LoadedModel) throws {
        let directions = model.directions
        guard edit.count == directions else {
            throw Problem(.badRequest, "expected \(directions) amounts, one for each direction, found \(edit.count); reload the page")
        }
        guard (edit + [strength, motionStrength]).allSatisfy({ $0.isFinite && abs($0) <= 1000 }) else {
            throw Problem(.badRequest, "expected amounts from -1000 to 1000")
        }
        guard reference.map({ $0 >= 0 }) ?? true else { throw Problem(.badRequest, "expected a frame to start from, counted from 0") }
        guard muted.allSatisfy({ (1...max(1, directions)).contains($0) }) else {
            throw Problem(.badRequest, "expected directions from 1 to \(directions)")
        }
        guard muted.isEmpty || model.network.choices.contains(.controls) else {
            throw Problem(.badRequest, "the motion of \(model.title) lies along no directions that could be muted")
        }
    }

    /// What is added along each control.
    var offsets: [Float] { edit.map { $0 * strength } }

    /// Which motion the portrait takes on in a mode.
    func target(_ mode: TransferMode, directions: Int) -> TargetMotion {
        let controls = muted.isEmpty ? nil : Set(1...directions).subtracting(muted)
        var target = TargetMotion(Transfer(mode, strength: motionStrength, controls: controls), edit: offsets)
        target.startsFromCanonical = canonical ?? false
        return target
    }
}
