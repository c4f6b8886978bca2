import Faces
import Files
import Media
import Networks

/// Lays the squares of one side: by faces, in the middle, or by hand.
struct CropPlanner {
    let settings: CropSettings
    let supply: FaceSupply
    /// Side of a face's square, as part of its box's longer side.
    var scale = CropGeometry.scale
    /// Whether squares are of whole pixels, as what is pasted back has to be, and are cut also in the middle.
    var pastes = false
    /// Whether no face at all is an error even where a face is not insisted on.
    var needsFace = false
    /// How strongly followed squares are smoothed, 0 to 1.
    var smoothing = 0.5
    /// How the network wants faces to be framed; nil for the program's own squares.
    private var square: Framing.Square?
    private var warpSide: Int?
    /// Whether it is a source that moves, which a framing follows where nothing else is said.
    var isMoving = false
    /// What errors and notes call the input, and the option that chooses its crop.
    let path: String
    var option = "--crop"

    /// What was said of the plan: one line each.
    private(set) var notes: [String] = []

    init(_ settings: CropSettings, _ supply: FaceSupply, path: String) {
        (self.settings, self.supply, self.path) = (settings, supply, path)
    }

    /// Lays the squares as a network wants, or as the program does.
    ///
    /// - Parameters:
    ///   - side: which squares of the framing.
    ///   - smoothing: of followed squares, as requested; a framing's are not smoothed without a request.
    mutating func frame(_ framing: Framing?, _ side: KeyPath<Framing, Framing.Square>, smoothing: Float) {
        (square, warpSide) = (framing?[keyPath: side], framing?.side)
        self.smoothing = framing == nil ? max(self.smoothing, Double(smoothing)) : Double(smoothing)
    }

    /// The plan for one picture.
    ///
    /// - Throws: `FileError` (input): no such face, a square beside the picture, networks that are needed and absent.
    mutating func plan(_ picture: Picture) throws -> CropPlan {
        var plan =
            try planWithoutFaces(width: picture.width, height: picture.height)
            ?? plan(width: picture.width, height: picture.height) { survey in survey.look(at: picture) }
        plan.warpSide = warpSide
        return plan
    }

    /// The plan for the frames of a range, which are all read where faces lay the squares.
    ///
    /// - Parameters:
    ///   - open: opens the input anew.
    ///   - limit: frames that are looked at, at most.
    ///   - progress: is told how many were looked at.
    mutating func plan(
        width: Int, height: Int, limit: Int? = nil, open: () throws -> DrivingFrames, progress: (Int, Int?) throws -> Void
    ) throws -> CropPlan {
        var plan =
            try planWithoutFaces(width: width, height: height) ?? planByFaces(width, height, limit: limit, open: open, progress: progress)
        plan.warpSide = warpSide
        return plan
    }

    /// The plan by the faces of the frames of a range.
    private mutating func planByFaces(
        _ width: Int, _ height: Int, limit: Int?, open: () throws -> DrivingFrames, progress: (Int, Int?) throws -> Void
    ) throws -> CropPlan {
        var times: [Double] = []
        let path = path
        return try plan(width: width, height: height, times: { times }) { survey in
            var frames = try open()
            while limit.map({ times.count < $0 }) ?? true, let frame = try frames.next() {
                guard case .picture(let picture) = frame.content else { break }
                survey.look(at: picture)
                times.append(Double(frame.time) * frames.reader.timeBase.value)
                try progress(times.count, [limit, frames.total].compactMap { $0 }.min())
            }
            if times.isEmpty { throw FileError(.input, path, frames.emptiness) }
        }
    }

    /// The plan where no face has a say; nil where faces are to be looked for.
    private mutating func planWithoutFaces(width: Int, height: Int) throws -> CropPlan? {
        switch settings.choice {
        case .whole: return CropPlan(.none, fit: settings.fit)
        case .centre: return middle(width, height)
        case .square(let square):
            let largest = 4 * Float(max(width, height))
            guard square.meets(width: width, height: height), square.side <= largest else {
                throw FileError(
                    .input, path,
                    "\(option) wants a square on the picture, which has \(width)×\(height) pixels, of at most \(Int(largest)) pixels a side"
                )
            }
            return CropPlan(.square, tracks: [CropTrack(pastes && warpSide == nil ? square.aligned : square)])
        case .automatic:
            switch supply {
            case .none: return middle(width, height)
            case .absent:
                notes.append(
                    "faces are not looked for and pictures are cropped around their middle, because the networks that find faces are not "
                        + "here; '\(FaceFinder.command)' in the checkout brings them")
                return middle(width, height)
            case .finder: return nil
            }
        case .face, .follow: return nil
        }
    }

    private func middle(_ width: Int, _ height: Int) -> CropPlan {
        guard pastes else { return CropPlan(.centre, fit: .crop) }
        let side = Float(min(width, height))
        return CropPlan(
            .centre, tracks: [CropTrack(FaceRectangle(x: Float(width) / 2, y: Float(height) / 2, side: side, angle: 0).aligned)])
    }

    private mutating func plan(
        width: Int, height: Int, times: () -> [Double] = { [] }, _ look: (inout FaceSurvey) throws -> Void
    ) throws -> CropPlan {
        var survey = FaceSurvey(finder: try supply.required(), choice: settings.face, path: path)
        try look(&survey)
        let trails = try survey.result()
        guard !trails.isEmpty else {
            guard settings.choice == .automatic, !needsFace else { throw noFace }
            notes.append("\(path): no face found; cropped to the square in the middle (\(option) x,y,side chooses another place)")
            return middle(width, height)
        }
        guard settings.choice == .follow || square != nil && isMoving && settings.choice == .automatic else {
            if let square {
                return CropPlan(.face, tracks: trails.map { CropTrack(Self.mean($0, square), glimpses: $0.glimpses) })
            }
            return CropPlan(
                .face,
                tracks: trails.map { trail in
                    let square = CropGeometry.fixedSquare(around: trail.glimpses.compactMap { $0?.box }, scale: scale)
                    return CropTrack(pastes ? square.aligned : square, glimpses: trail.glimpses)
                })
        }
        return followed(trails, times())
    }

    private var noFace: FileError {
        FileError(
            .input, path, "no face found; pass \(option) centre, or \(option) x,y,side for a square by hand (its middle and side in pixels)"
        )
    }

    /// One square for all frames of a face: of one frame the framing's own, of several the upright mean.
    private static func mean(_ trail: FaceTrail, _ square: Framing.Square) -> FaceRectangle {
        let squares = trail.glimpses.compactMap { $0?.frame.square(scale: square.scale, shift: square.shift) }
        guard squares.count > 1 || !square.turns else { return squares[0] }
        let count = Float(squares.count)
        func mean(_ value: (FaceRectangle) -> Float) -> Float { squares.reduce(0) { $0 + value($1) } / count }
        return FaceRectangle(x: mean(\.x), y: mean(\.y), side: mean(\.side), angle: 0)
    }

    /// The square of a face in one frame.
    private func square(around glimpse: FaceGlimpse) -> FaceRectangle {
        guard let square else { return CropGeometry.square(around: glimpse.box, scale: scale) }
        var result = glimpse.frame.square(scale: square.scale, shift: square.shift)
        if !square.turns { result.angle = 0 }
        return result
    }

    /// Squares that go with the faces, smoothed; one stays where it is while its face is not seen.
    private func followed(_ trails: [FaceTrail], _ times: [Double]) -> CropPlan {
        var before: [Float] = [], after: [Float] = []
        var plan = CropPlan(.follow)
        for trail in trails {
            var filter = OneEuroFilter(strength: smoothing, scale: Double(max(trail.first.box.width, trail.first.box.height)))
            var current = square(around: trail.first), raw: [[Float]] = [], smooth: [[Float]] = []
            let squares = trail.glimpses.enumerated().map { index, glimpse in
                current = glimpse.map(square) ?? current
                let values = [current.x, current.y, current.side]
                let next = smoothing > 0 ? filter.next(values, time: times.isEmpty ? Double(index) : times[index]) : values
                let size = current.side / scale
                raw.append(values.map { $0 / size })
                smooth.append(next.map { $0 / size })
                let square = FaceRectangle(x: next[0], y: next[1], side: next[2], angle: current.angle)
                return pastes && warpSide == nil ? square.aligned : square
            }
            before.append(Jitter.of(raw))
            after.append(Jitter.of(smooth))
            plan.tracks.append(CropTrack(following: squares, glimpses: trail.glimpses))
        }
        let count = Float(max(1, trails.count))
        plan.jitter = Jitter(before: before.reduce(0, +) / count, after: after.reduce(0, +) / count)
        return plan
    }
}
