import Animation
import Faces
import Files
import Foundation
import Media
import ModelLibrary
import Networks
import Tensors

/// What pages can ask for, each with what its session holds.
final class PageService: @unchecked Sendable {
    let limits: ExplorerLimits
    let shelf: ModelShelf
    let renderer: Renderer
    let sessions: SessionStore
    /// The path of a picture that pages begin with.
    let startPicture: String?

    /// What finds faces; where its networks are damaged nothing does.
    private let faces: FaceSupply
    /// What paints the mouths of pictures that speak; nil where they move along the model's directions.
    private let mouthModel: PortraitModel?

    /// Side of the pictures at a slider's ends, in pixels.
    private static let thumbnailSide = 72

    init(model: LoadedModel, startPicture: String?, limits: ExplorerLimits) {
        self.limits = limits
        self.startPicture = startPicture
        faces = (try? FaceSupply(amongModels: ModelLocator.folders)) ?? .none
        mouthModel = try? ModelLocator.dubbingModel()
        shelf = ModelShelf(first: model)
        renderer = Renderer(longestLane: limits.waitingRequests)
        sessions = SessionStore(limits: limits, renderer: renderer)
    }

    // MARK: Portraits

    /// Where a page's portrait comes from.
    enum PictureOrigin {
        /// A file of the page's scratch folder, and what the user calls it.
        case upload(file: String, name: String)
        /// A drawn person, by the place in the gallery.
        case example(Int)
        /// The picture that the program was started with.
        case start
    }

    /// What a page is told of its portrait.
    struct PortraitSummary: Encodable {
        let name: String
        /// The size of the file's picture, in pixels.
        let width: Int
        let height: Int
        /// Whether it is a video.
        let isMoving: Bool
        /// The source's own, direction 1 first.
        let magnitudes: [Float]
        /// Whether the family has a canonical pose, another than the portrait's own.
        let hasCanonicalPose: Bool
        /// The square that is animated and put back, in pixels; nil for the middle.
        let square: Square?
        /// Those around the faces that were found, the largest first.
        let faces: [Square]

        struct Square: Encodable {
            let x, y, side: Float

            init(_ square: FaceRectangle) { (x, y, side) = (square.x, square.y, square.side) }
        }

        init(_ portrait: Portrait) {
            (name, width, height, isMoving) = (portrait.name, portrait.width, portrait.height, portrait.isMoving)
            magnitudes = portrait.encoded.motion.values
            hasCanonicalPose = portrait.encoded.canonicalMotion.values != magnitudes
            (square, faces) = (portrait.crop.square.map(Square.init), portrait.crop.faces.map(Square.init))
        }
    }

    /// Takes a picture as the page's portrait.
    ///
    /// - Throws: `Problem` with what is wrong with the picture.
    func setPortrait(_ session: Session, _ origin: PictureOrigin) async throws -> PortraitSummary {
        let model = session.state.model
        let (file, name, command): (String, String, String?)
        switch origin {
        case .upload(let path, let shown): (file, name, command) = (path, shown, nil)
        case .start:
            guard let startPicture else { throw Problem(.notFound, "the explorer was started without a picture") }
            (file, name, command) = (startPicture, startPicture, nil)
        case .example(let index):
            guard Example.identities.indices.contains(index) else { throw Problem(.notFound, "there is no such example") }
            file = session.scratch.file("example-\(index).png")
            (name, command) = Example.portrait(index)
        }
        let picture: Picture, isMoving: Bool
        do {
            (picture, isMoving) = try await Offload.run {
                if case .example(let index) = origin { try Example.writePortrait(index, to: file) }
                return try Portrait.picture(file)
            }
        } catch {
            if case .upload = origin { unlink(file) }
            throw Self.problem(error, name: name)
        }
        let faces = faces, crop = try await Offload.run { PortraitCrop(picture, faces, framing: model.network.framing) }
        let portrait = try await renderer.background(session.id) {
            try Portrait(
                name: name, origin: command, file: file, original: picture, isMoving: isMoving, crop: crop, on: model.model, faces: faces)
        }
        let old = session.change { state -> String? in
            guard !state.isOver else { return nil }
            let old = state.portrait?.file
            (state.portrait, state.saved) = (portrait, nil)
            return old
        }
        // Removed only from the page's own folder.
        if let old, old != file, old.hasPrefix(session.scratch.file("")) { unlink(old) }
        return PortraitSummary(portrait)
    }

    /// Takes another square of a page's picture as its portrait.
    ///
    /// - Throws: `Problem` for a square that is not on the picture.
    func setCrop(_ session: Session, _ wish: CropWish) async throws -> PortraitSummary {
        let old = try Self.portrait(session.state), model = session.state.model
        let crop = try old.crop.moved(
            to: FaceRectangle(x: wish.x, y: wish.y, side: wish.side, angle: 0), width: old.width, height: old.height)
        let picture = try await Offload.run { try Portrait.picture(old.file).picture }, faces = faces
        let portrait = try await renderer.background(session.id) {
            try Portrait(
                name: old.name, origin: old.origin, file: old.file, original: picture, isMoving: old.isMoving, crop: crop,
                on: model.model, faces: faces)
        }
        session.change { state in
            if !state.isOver, state.portrait?.file == old.file { (state.portrait, state.saved) = (portrait, nil) }
        }
        return PortraitSummary(portrait)
    }

    // MARK: Models

    /// Changes a page's model: its portrait and its motion are encoded anew.
    ///
    /// - Throws: `Problem` for a model that is not here or cannot be loaded.
    func setModel(_ session: Session, _ name: String) async throws -> ModelSummary {
        let model: LoadedModel
        let names: DirectionNames
        do {
            (model, names) = try await Offload.run {
                let model = try self.shelf.model(name)
                return (model, try model.names())
            }
        } catch { throw Self.problem(error, name: name) }
        let before = session.state
        if before.model !== model {
            var portrait: Portrait?
            if let old = before.portrait {
                let faces = faces
                let (picture, crop) = try await Offload.run {
                    let picture = try Portrait.picture(old.file).picture
                    return (picture, old.crop.chosen(for: model.network.framing, picture, faces))
                }
                portrait = try await renderer.background(session.id) {
                    try Portrait(
                        name: old.name, origin: old.origin, file: old.file, original: picture, isMoving: old.isMoving, crop: crop,
                        on: model.model, faces: faces)
                }
            }
            session.change { ($0.model, $0.portrait, $0.motion, $0.saved) = (model, portrait, nil, nil) }
            if let motion = before.motion {
                encode(
                    session, file: motion.file, name: motion.name, isSound: motion.speech != nil, crop: motion.crop, origin: motion.origin)
            }
        }
        return ModelSummary(model, names)
    }

    // MARK: Motion

    /// Encodes a driving video, or reads a motion file, as the page's motion, while the page asks how far it is.
    ///
    /// - Parameters:
    ///   - isSound: whether the file is a sound, which the portrait speaks.
    ///   - crop: of the video's frames.
    func encode(
        _ session: Session, file: String, name: String, isSound: Bool = false, crop: CropSettings = CropSettings(), origin: String? = nil,
        draws: Bool = false
    ) {
        let job = Job("encoding")
        let model = session.state.model
        session.begin(job) {
            do {
                if draws { try Example.writeMotion(to: file) { try job.progress($0, of: $1 * 2) } }
                let motion = try self.read(
                    file, name: name, isSound: isSound, crop: crop, origin: origin, session: session, model: model
                ) { done, total in
                    try job.progress(done + (draws ? done : 0), of: draws ? total.map { 2 * $0 } : total)
                }
                let old = session.change { state -> String? in
                    guard state.job === job, !state.isOver, state.model === model else { return nil }
                    let old = state.motion?.file
                    state.motion = motion
                    return old
                }
                if let old, old != file { unlink(old) }
                job.end(
                    .done, motion.isShortened ? "only the first \(motion.frames.count) frames are used: more do not fit" : nil)
            } catch is Job.Cancelled {
                job.end(.failed, "no longer wanted")
            } catch {
                unlink(file)
                job.end(.failed, Self.problem(error, name: name).message)
            }
        }
    }

    private func read(
        _ file: String, name: String, isSound: Bool, crop: CropSettings, origin: String?, session: Session, model: LoadedModel,
        progress: (Int, Int?) throws -> Void
    ) throws -> DrivingMotion {
        var frames: [MotionFrame] = []
        if isSound {
            // A sound may come before a picture, and speaks along directions then, if the model has them.
            let portrait = try? Self.portrait(session.state)
            let isPainted = mouthModel.map { portrait?.mouth(by: $0) != nil } ?? false
            let speech = try SpokenMotion(sound: file, of: model.model, isPainted: isPainted)
            let kept = speech.amounts.prefix(limits.motionFrames)
            try progress(kept.count, kept.count)
            return DrivingMotion(
                name: name, origin: origin, file: file,
                header: MotionHeader(
                    model: model.title, directions: model.directions, frameRate: speech.rate, timeBase: speech.rate.inverse, width: 0,
                    height: 0),
                frames: kept.enumerated().map { MotionFrame(magnitudes: Tensor($1, [1, $1.count]), time: Int64($0), duration: 1) },
                speech: speech, isShortened: speech.amounts.count > kept.count)
        }
        if MotionReader.isMotion(file) {
            let reader = try MotionReader(file)
            guard reader.header.directions == model.network.motionCount else {
                throw Problem(
                    .badRequest,
                    "\(name): expected motion along \(model.network.motionCount) directions, as \(model.title) has them, found "
                        + "\(reader.header.directions); choose the model that encoded it")
            }
            while frames.count < limits.motionFrames, let frame = reader.next() { frames.append(frame) }
            try progress(frames.count, frames.count)
            return DrivingMotion(
                name: name, origin: origin, file: file, header: reader.header, frames: frames,
                isShortened: reader.frameCount > frames.count)
        }
        if let clip = MotionClip.isClip(file) ? try model.network.clip(at: file) : nil {
            let rate = Rational(clip.rate), kept = clip.frames.prefix(limits.motionFrames)
            try progress(kept.count, kept.count)
            return DrivingMotion(
                name: name, origin: origin, file: file,
                header: MotionHeader(
                    model: model.title, directions: model.network.motionCount, frameRate: rate, timeBase: rate.inverse, width: 0, height: 0),
                frames: kept.enumerated().map { MotionFrame(magnitudes: $1, time: Int64($0), duration: 1) },
                isShortened: clip.frames.count > kept.count)
        }
        let square = try MediaCrop(
            file, range: FrameRange(first: 1, last: limits.motionFrames), settings: crop, faces: faces, option: "its crop",
            framing: model.network.framing
        ) { try progress(0, $1.map { max($0, 1) }) }
        let reader = try FrameReader(file)
        let total = reader.frameCount.map { min($0, limits.motionFrames) }
        var upcoming = try reader.next()
        while let frame = upcoming, frames.count < limits.motionFrames {
            let cut = square.cut(frame.picture, frame: frames.count, for: model.model), faces = faces
            guard let result = renderer.wait(session.id, { Result { try model.model.read(cut, square.fit, faces: faces) } }) else {
                throw Job.Cancelled()
            }
            let magnitudes = try result.get().motion
            frames.append(MotionFrame(magnitudes: magnitudes, time: frame.time, duration: frame.duration))
            try progress(frames.count, total.map { max($0, frames.count) })
            upcoming = try reader.next()
        }
        return DrivingMotion(
            name: name, origin: origin, file: file, crop: crop,
            header: MotionHeader(
                model: model.title, directions: model.network.motionCount, frameRate: reader.frameRate, timeBase: reader.timeBase,
                width: reader.width, height: reader.height),
            frames: frames, poses: square.poses, isShortened: upcoming != nil)
    }

    // MARK: Frames

    /// The motion that a portrait takes on: driven, or its own where nothing drives, and edited.
    private func target(
        _ portrait: Portrait, _ model: LoadedModel, _ settings: Settings, motion: MotionFrame?, reference: MotionFrame?,
        isStill: Bool = false, speech: SpokenMotion? = nil, idle: [Float]? = nil, mode: TransferMode
    ) -> Tensor {
        var target = settings.target(mode, directions: model.directions)
        target.transfer.situation.isDrivingStill = isStill
        guard let motion, let reference else { return target.still(portrait.encoded) }
        if let speech { return target.still(portrait.encoded, adding: portrait.amounts(idle ?? motion.magnitudes.values, in: speech)) }
        return target.moved(portrait.encoded, driving: motion.magnitudes, reference: reference.magnitudes, on: model.network)
    }

    /// The motions of the pictures that a page shows.
    ///
    /// - Parameter isPainted: whether the mouth of a portrait that speaks is painted afterwards.
    private func targets(
        _ state: Session.State, _ portrait: Portrait, _ settings: Settings, frame: Int?, modes: [TransferMode], isPainted: Bool = false
    ) throws -> [Tensor] {
        try settings.check(state.model)
        guard let frame, !modes.isEmpty else {
            return [target(portrait, state.model, settings, motion: nil, reference: nil, mode: .absolute)]
        }
        guard let motion = state.motion, motion.frames.indices.contains(frame), motion.frames.indices.contains(settings.reference ?? 0)
        else { throw Problem(.conflict, "there is no such frame of motion") }
        return modes.prefix(2).map {
            target(
                portrait, state.model, settings, motion: motion.frames[frame], reference: motion.frames[settings.reference ?? 0],
                isStill: motion.frames.count == 1, speech: motion.speech, idle: isPainted ? motion.speech?.idle[frame] : nil, mode: $0)
        }
    }

    /// The speech of a page's portrait, whose frames are shown; nil where nothing speaks, or its mouth is not painted.
    private func paintedSpeech(_ state: Session.State, frame: Int?) -> (model: PortraitModel, motion: SpokenMotion, frame: Int)? {
        guard let mouthModel, let frame, let speech = state.motion?.speech, speech.idle.indices.contains(frame) else { return nil }
        return (mouthModel, speech, frame)
    }

    /// The pictures that a page asks to see, one for each mode.
    ///
    /// - Throws: `Renderer.Dropped` when a newer frame was requested before this one was begun.
    func frames(_ session: Session, _ request: FrameRequest) async throws -> [ViewPicture.Shown] {
        let state = session.state, model = state.model
        let portrait = try Self.portrait(state)
        guard let view = model.views.first(where: { $0.name == request.view }) else { throw Problem(.badRequest, "there is no such view") }
        guard view.sides.indices.contains(request.level) else { throw Problem(.badRequest, "there is no such level") }
        return try await renderer.live(session.id) { [self] in
            let speech = ViewPicture.isResult(view, level: request.level) ? paintedSpeech(state, frame: request.frame) : nil
            let mouth = speech.flatMap { portrait.mouth(by: $0.model) }
            return try targets(
                state, portrait, request.settings, frame: request.frame, modes: request.modes.map(\.transfer), isPainted: mouth != nil
            ).map {
                let shown = ViewPicture.show(view, level: request.level, of: portrait, motion: $0, on: model.network, speaks: mouth != nil)
                guard let speech, let mouth else { return shown }
                var picture = shown.picture
                mouth.paint(&picture, rows: speech.motion.mouths, frame: speech.frame)
                return ViewPicture.Shown(picture: picture, scale: shown.scale)
            }
        }
    }

    /// What a direction does at the ends of its slider: two small pictures.
    func ends(_ session: Session, direction: Int) async throws -> [Picture] {
        let state = session.state
        let portrait = try Self.portrait(state)
        guard (1...max(1, state.model.directions)).contains(direction) else { throw Problem(.notFound, "there is no such direction") }
        let range = try state.model.names().sliderRange(of: direction) ?? state.model.network.controls[direction - 1].range
        let sweep = Sweep(state.model.model, portrait.encoded)
        return try await renderer.background(session.id) {
            [range.lowerBound, range.upperBound].map { amount in
                let picture = Picture(sweep.picture(direction: direction, amount: amount))
                return picture.width > Self.thumbnailSide ? picture.resized(width: Self.thumbnailSide, height: Self.thumbnailSide) : picture
            }
        }
    }

    static func portrait(_ state: Session.State) throws -> Portrait {
        guard let portrait = state.portrait else { throw Problem(.conflict, "choose a picture first") }
        return portrait
    }

    // MARK: Saving

    /// The command line that makes what a page shows, or, for a video, the whole of it.
    func command(_ session: Session, _ request: SaveRequest) throws -> String {
        let state = session.state
        let portrait = try Self.portrait(state)
        try request.settings.check(state.model)
        return CommandText.text(
            model: state.model, defaultModel: ModelLocator.defaultName, portrait: portrait, motion: state.motion,
            settings: request.settings, mode: request.mode.transfer)
    }

    /// Makes the file that a page asks for: a picture or its magnitudes at once, a video while the page asks how far it is.
    ///
    /// - Throws: `Problem`.
    func save(_ session: Session, _ request: SaveRequest) async throws {
        let state = session.state
        let portrait = try Self.portrait(state)
        try request.settings.check(state.model)
        let stem = CommandText.stem((portrait.name as NSString).lastPathComponent)
        let mode = request.mode.transfer
        switch request.kind {
        case .command: return
        case .picture:
            let original = try await Offload.run { try Portrait.picture(portrait.file).picture }
            let picture = try await renderer.background(session.id) { [self] in
                let speech = paintedSpeech(state, frame: request.frame)
                let isPainted = speech.map { portrait.mouth(by: $0.model) != nil } ?? false
                let target = try targets(
                    state, portrait, request.settings, frame: request.frame, modes: [mode], isPainted: isPainted)[0]
                // As large as the command makes it, which may be more than the page shows.
                let model = state.model.model
                let cut = portrait.crop.cut(original)
                let side = portrait.crop.side(for: model.defaultSide(width: cut.width, height: cut.height, .crop))
                let refined = side == portrait.picture.width ? portrait.encoded : try model.encode(cut, .crop, side: side, faces: faces)
                let encoded = isPainted ? refined.unrefined : refined
                var made = Picture(encoded.picture(target))
                if isPainted, let speech, case .finder(let finder) = faces {
                    let still = Picture(encoded.picture(encoded.motion))
                    try SpeakingMouth(speech.model.audioDriven, still: still, near: nil, finder: finder)?
                        .paint(&made, rows: speech.motion.mouths, frame: speech.frame)
                }
                guard portrait.crop.square != nil else { return made }
                var whole = original
                portrait.crop.paste(made, onto: &whole)
                return whole
            }
            let path = session.scratch.file("saved.png")
            let what = state.motion == nil || request.frame == nil ? "a portrait edited" : "a portrait animated"
            try await Offload.run {
                try picture.write(to: path, overwrite: true, metadata: MediaMetadata(synthetic: what, model: state.model.title))
            }
            keep(
                SavedFile(path: path, name: "\(stem)-\(what.hasSuffix("edited") ? "edited" : mode.rawValue).png", type: "image/png"),
                for: session)
        case .motion:
            let path = session.scratch.file("saved.json")
            try await Offload.run { try self.writeMotion(state, portrait, request.settings, mode, to: path) }
            keep(SavedFile(path: path, name: "\(stem)-motion.json", type: "application/json"), for: session)
        case .video:
            let motion = state.motion
            guard motion != nil || portrait.isMoving else { throw Problem(.conflict, "choose a driving video first") }
            guard !portrait.isMoving || motion?.speech == nil else {
                throw Problem(.conflict, "a picture speaks, not a video; choose a picture")
            }
            let path = session.scratch.file("saved.mp4")
            var animation = AnimationJob(
                source: portrait.isMoving ? .frames(portrait.file) : .picture(portrait.file),
                driving: motion?.speech == nil ? motion?.file : nil, output: path)
            animation.speech = motion?.speech
            animation.mouthModel = mouthModel
            animation.target = request.settings.target(mode, directions: state.model.directions)
            if let motion, motion.isShortened { animation.frames = FrameRange(first: 1, last: motion.frames.count) }
            if motion != nil, let reference = request.settings.reference { animation.reference = .number(reference + 1) }
            animation.overwrite = true
            (animation.faces, animation.sourceCrop) = (faces, portrait.crop.settings)
            animation.drivingCrop = motion?.crop ?? CropSettings()
            let ending = motion == nil ? "edited" : motion?.speech == nil ? mode.rawValue : "speaking"
            let job = Job("saving")
            let model = state.model.model
            session.begin(job) { [animation, renderer] in
                do {
                    // Live frames come between the video's.
                    _ = try animation.run(
                        on: model,
                        turn: { work in
                            guard renderer.wait(session.id, work) != nil else { throw Job.Cancelled() }
                        }
                    ) { try job.progress($0.done, of: $0.total) }
                    self.keep(SavedFile(path: path, name: "\(stem)-\(ending).mp4", type: "video/mp4"), for: session)
                    job.end(.done)
                } catch is Job.Cancelled {
                    job.end(.failed, "no longer wanted")
                } catch {
                    job.end(.failed, Self.problem(error, name: portrait.name).message)
                }
            }
        }
    }

    private func keep(_ file: SavedFile, for session: Session) { session.change { if !$0.isOver { $0.saved = file } } }

    /// The portrait's magnitudes as a motion file that absolute transfer plays: one frame, or all of the animation's.
    private func writeMotion(_ state: Session.State, _ portrait: Portrait, _ settings: Settings, _ mode: TransferMode, to path: String)
        throws
    {
        let model = state.model
        var header = MotionHeader(
            model: model.title, directions: model.network.motionCount, frameRate: Rational(25, 1), timeBase: Rational(1, 25),
            width: portrait.picture.width, height: portrait.picture.height)
        let frames = state.motion?.frames ?? [MotionFrame(magnitudes: portrait.encoded.motion, time: 0, duration: 1)]
        if let motion = state.motion { (header.frameRate, header.timeBase) = (motion.header.frameRate, motion.header.timeBase) }
        let writer = try MotionWriter(path: path, header: header, overwrite: true)
        for frame in frames {
            let magnitudes = target(
                portrait, model, settings, motion: state.motion == nil ? nil : frame,
                reference: frames[min(settings.reference ?? 0, frames.count - 1)], isStill: frames.count == 1,
                speech: state.motion?.speech, mode: mode)
            try writer.write(MotionFrame(magnitudes: magnitudes, time: frame.time, duration: frame.duration))
        }
        try writer.finish()
    }

    // MARK: Problems

    /// What to tell a page of an error; it knows a file by the name that the user gave it.
    static func problem(_ error: Error, name: String) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as FileError:
            return Problem(.unprocessableContent, "\(FileError.printable(name)): \(FileError.printable(error.problem))")
        case let error as CustomStringConvertible: return Problem(.unprocessableContent, error.description)
        default: return Problem(.internalServerError, "\(FileError.printable(name)): it did not work")
        }
    }
}
