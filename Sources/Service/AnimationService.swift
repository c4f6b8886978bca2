import Animation
import Faces
import Files
import Foundation
import Media
import ModelLibrary
import Networks
import Tensors

/// What a client can ask for: models, portraits and animations that it keeps by numbers, and the work on them.
package final class AnimationService {
    package let limits: ServiceLimits
    private let version: String
    private let facesFolder: String?
    /// What finds faces; loaded when it is first needed.
    private var loadedFaces: FaceSupply?
    private var isGreeted = false
    private var lastNumber = 0
    private var models: [Int: PortraitModel] = [:]
    private var portraits: [Int: PlacedPortrait] = [:]
    private var drivings: [Int: DrivingStream] = [:]
    private var animations: [Int: (animation: FramewiseAnimation, driving: DrivingStream?)] = [:]
    /// The names that models were asked for by.
    private var names: [Int: String] = [:]
    /// Models by these names, as they were found.
    private var shelf: [String: PortraitModel] = [:]

    /// - Parameters:
    ///   - version: the program's.
    ///   - faces: the folder of the networks that find faces; nil for that among the models.
    package init(version: String, faces: String? = nil, limits: ServiceLimits = ServiceLimits()) {
        (self.version, facesFolder, self.limits) = (version, faces, limits)
    }

    /// Does what a request asks for.
    ///
    /// - Parameter payload: the bytes that followed its line.
    /// - Throws: what is wrong with the request or what it names; nothing has changed then.
    func reply(_ request: Request, _ payload: [UInt8]) throws -> Reply {
        let fields = Fields(request.params)
        guard isGreeted || request.method == "hello" else {
            throw RequestError("expected hello first, with the schema that the client knows: {\"schema\": \(Request.schema)}")
        }
        guard let method = Self.methods[request.method] else {
            throw RequestError("method: expected one of \(Self.methods.keys.sorted().joined(separator: ", ")), found \"\(request.method)\"")
        }
        return try method(self)(fields, payload)
    }

    private static let methods: [String: (AnimationService) -> (Fields, [UInt8]) throws -> Reply] = [
        "hello": hello, "models": listModels, "load": load, "portrait": encodePortrait, "edit": edit, "sweep": sweep, "open": open,
        "encode": encode, "animate": animate, "frames": frames, "faces": findFaces, "release": release,
    ]

    // MARK: What is kept

    private func checkRoom() throws {
        let count = models.count + portraits.count + drivings.count + animations.count
        guard count < limits.objects else {
            throw RequestError("at most \(limits.objects) models, portraits, driving sides and animations are kept; release some")
        }
    }

    private func number() -> Int {
        lastNumber += 1
        return lastNumber
    }

    private func kept<Value>(_ key: String, _ fields: Fields, in values: [Int: Value]) throws -> Value {
        let number = try fields.integer(required: key, in: 1...Int.max)
        guard let value = values[number] else { throw RequestError("\(key): there is no \(key) \(number), or it was released") }
        return value
    }

    private func release(_ fields: Fields, _ payload: [UInt8]) throws -> Reply {
        let kinds = ["model", "portrait", "driving", "animation"].filter(fields.has)
        guard kinds.count == 1 else { throw RequestError("expected one of model, portrait, driving and animation to release") }
        let number = try fields.integer(required: kinds[0], in: 1...Int.max)
        try finish("release", fields, payload)
        let isKnown: Bool
        switch kinds[0] {
        case "model":
            isKnown = models.removeValue(forKey: number) != nil
            if let name = names.removeValue(forKey: number), !names.values.contains(name) { shelf[name] = nil }
        case "portrait": isKnown = portraits.removeValue(forKey: number) != nil
        case "driving": isKnown = drivings.removeValue(forKey: number) != nil
        default: isKnown = animations.removeValue(forKey: number) != nil
        }
        guard isKnown else { throw RequestError("\(kinds[0]): there is no \(kinds[0]) \(number), or it was released") }
        return .done
    }

    /// - Throws: `RequestError` for parameters that the method does not have, and bytes that it does not take.
    private func finish(_ method: String, _ fields: Fields, _ payload: [UInt8]? = nil) throws {
        try fields.finish(method)
        if let payload, !payload.isEmpty { throw RequestError("bytes: \(method) takes none here, found \(payload.count)") }
    }

    // MARK: Models

    private func hello(_ fields: Fields, _ payload: [UInt8]) throws -> Reply {
        let schema = try fields.integer(required: "schema", in: 1...Int.max)
        try finish("hello", fields, payload)
        guard schema == Request.schema else {
            throw RequestError("schema: this is lia \(version), which speaks schema \(Request.schema), and the client schema \(schema)")
        }
        isGreeted = true
        return Reply(Greeting(version: version, limits: limits))
    }

    private func listModels(_ fields: Fields, _ payload: [UInt8]) throws -> Reply {
        try finish("models", fields, payload)
        let found = ModelLocator.models().map(\.path) + ModelLocator.unconverted().map(\.path)
        return Reply(["models": found.map { URL(fileURLWithPath: $0).lastPathComponent }])
    }

    private func load(_ fields: Fields, _ payload: [UInt8]) throws -> Reply {
        let name = try fields.string("model") ?? ModelLocator.defaultName, detail = try fields.bool("detail")
        try finish("load", fields, payload)
        try checkRoom()
        // A network that is here already serves under another number, too.
        var model = try shelf[name] ?? ModelLocator.model(name)
        _ = try model.videoDriven
        let directions = try DirectionNames(of: model), number = number()
        (shelf[name], names[number]) = (model, name)
        if let detail { model.usesDetail = detail }
        models[number] = model
        return Reply(LoadedModel(number, model, directions))
    }

    private func faces(for crops: [CropSettings], _ model: PortraitModel) throws -> FaceSupply {
        guard crops.contains(where: \.usesFaces) || model.network.readsOpenings || model.refiner != nil else { return .none }
        return try faces()
    }

    private func faces() throws -> FaceSupply {
        if let loadedFaces { return loadedFaces }
        let supply = try facesFolder.map { .finder(try .init(folder: $0)) } ?? FaceSupply(amongModels: ModelLocator.folders)
        loadedFaces = supply
        return supply
    }

    // MARK: Pictures

    /// The picture that a request names by its path, or brings.
    private func picture(_ fields: Fields, _ payload: [UInt8]) throws -> (picture: Picture, name: String) {
        if let path = try fields.path("path") {
            guard payload.isEmpty else { throw RequestError("bytes: a path is given, and no pixels are taken beside it") }
            return (try Picture.read(path), path)
        }
        return (try pictures(fields, payload, count: 1)[0], "the picture")
    }

    /// The pictures that a request brings, one after another: 8-bit RGB, rows from top to bottom.
    private func pictures(_ fields: Fields, _ payload: [UInt8], count: Int) throws -> [Picture] {
        let width = try fields.integer(required: "width", in: Picture.smallestSide...Picture.pixelLimit)
        let height = try fields.integer(required: "height", in: Picture.smallestSide...Picture.pixelLimit)
        guard width * height <= Picture.pixelLimit else {
            throw RequestError("width and height: expected at most \(Picture.pixelLimit) pixels, found \(width)×\(height)")
        }
        let size = 3 * width * height
        guard payload.count == count * size else {
            throw RequestError(
                "bytes: \(count == 1 ? "a picture" : "\(count) pictures") of \(width)×\(height) pixels has \(count * size), found \(payload.count)"
            )
        }
        return (0..<count).map { Picture(width: width, height: height, pixels: Array(payload[$0 * size..<($0 + 1) * size])) }
    }

    private func reply(_ pictures: [Picture], times: [Double]? = nil, notes: [String]? = nil, isLast: Bool? = nil) throws -> Reply {
        let result = Frames(
            count: pictures.count, width: pictures.first?.width ?? 0, height: pictures.first?.height ?? 0, times: times, notes: notes,
            isLast: isLast)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(pictures.reduce(0) { $0 + $1.pixels.count })
        for picture in pictures { bytes += picture.pixels }
        return Reply(result, bytes)
    }

    /// - Throws: `RequestError` for more pixels than an answer may have.
    private func check(_ count: Int, of portrait: PlacedPortrait) throws {
        guard count * portrait.width * portrait.height <= limits.answerPixels || count == 1 else {
            throw RequestError(
                "\(count) frames of \(portrait.width)×\(portrait.height) pixels are more than the \(limits.answerPixels) that an answer has; "
                    + "ask for fewer at a time")
        }
    }

    private func crop(_ fields: Fields, otherwise: CropSettings = CropSettings()) throws -> CropSettings {
        let choice = try fields.choice("crop", expected: "face, follow, centre, none, or \"x,y,side[,angle]\"", CropChoice.init)
        let fit = try fields.choice("fit", expected: "crop, pad or stretch", Fit.init)
        let face: FaceChoice?
        if let number = try? fields.integer("face", in: 1...1000) {
            face = .number(number)
        } else {
            face = try fields.choice("face", expected: "largest, left, right, or a number from 1", FaceChoice.init)
        }
        guard choice != nil || fit != nil || face != nil else { return otherwise }
        // As the command line's --crop, --fit and --face.
        var settings = CropSettings(choice ?? (fit.map { $0 == .crop ? .centre : .whole } ?? (face == nil ? .automatic : .face)))
        settings.face = face ?? .largest
        settings.fit = fit ?? (settings.choice == .whole ? .stretch : .crop)
        if face != nil, !settings.usesFaces { throw RequestError("face: chooses the face to crop around; leave it out, or crop by face") }
        if fit != nil, settings.choice != .whole, !(settings.choice == .centre && fit == .crop) {
            throw RequestError("fit: is for whole pictures; leave it out, or crop none")
        }
        return settings
    }

    // MARK: Portraits

    private func encodePortrait(_ fields: Fields, _ payload: [UInt8]) throws -> Reply {
        let model = try kept("model", fields, in: models), crop = try crop(fields)
        let size = try fields.integer("size", in: 16...4096), pastes = try fields.bool("paste_back")
        if pastes == true, size != nil {
            throw RequestError("size: is the side of the square; with paste_back the result has the picture's own size")
        }
        if pastes == true, crop.choice == .whole {
            throw RequestError("paste_back: wants a square to put back, and the whole picture is taken")
        }
        let (picture, name) = try picture(fields, payload)
        try finish("portrait", fields)
        try checkRoom()
        let portrait = try PlacedPortrait(
            picture, name: name, on: model, crop: crop, pastesBack: pastes, size: size, faces: try faces(for: [crop], model))
        let number = number()
        portraits[number] = portrait
        return Reply(EncodedSource(number, portrait))
    }

    /// The amounts of an edit, direction 1 first; none where nothing is edited.
    private func amounts(_ fields: Fields, _ model: PortraitModel) throws -> [Float] {
        guard let text = try fields.edit("set") else { return [] }
        return try DirectionEdit(text).offsets(DirectionNames(of: model))
    }

    private func edit(_ fields: Fields, _ payload: [UInt8]) throws -> Reply {
        let portrait = try kept("portrait", fields, in: portraits), amounts = try amounts(fields, portrait.model)
        try finish("edit", fields, payload)
        return try reply([portrait.picture(TargetMotion(edit: amounts).still(portrait.encoded))])
    }

    private func sweep(_ fields: Fields, _ payload: [UInt8]) throws -> Reply {
        let portrait = try kept("portrait", fields, in: portraits), names = try DirectionNames(of: portrait.model)
        guard let text = try fields.directions("direction") else {
            throw RequestError("direction: expected a name or number, found nothing")
        }
        let direction = try names.number(of: text), values = try fields.numbers("amounts", count: 1...limits.frames)
        let base = try fields.choice("base", expected: "own or zero") { ["own": SweepBase.own, "zero": .zero][$0] } ?? .own
        try finish("sweep", fields, payload)
        if let large = values.first(where: { abs($0) > AmountRange.limit }) {
            throw RequestError("amounts: expected numbers from \(-AmountRange.limit) to \(AmountRange.limit), found \(large)")
        }
        try check(values.count, of: portrait)
        let motion = try base.motion(portrait.model, portrait.encoded, crop: portrait.settings, faces: .none)
        let sweep = Sweep(portrait.model, portrait.encoded, base: motion)
        return try reply(try portrait.pictures(values.map { sweep.motion(direction: direction, amount: $0) }))
    }

    // MARK: Driving

    private func open(_ fields: Fields, _ payload: [UInt8]) throws -> Reply {
        let portrait = fields.has("portrait") ? try kept("portrait", fields, in: portraits) : nil
        let model = try portrait?.model ?? kept("model", fields, in: models)
        let crop = try crop(fields, otherwise: portrait?.settings.ofDriving ?? CropSettings()), path = try fields.path("path")
        let range = try fields.choice("frames", expected: "a range such as 10..60") { FrameRange($0) }
        try finish("open", fields, payload)
        if path == nil, range != nil { throw RequestError("frames: is for a file's frames; leave it out") }
        try checkRoom()
        let faces = try faces(for: [crop], model), number = number()
        let needsFace = portrait.map { ["face", "follow"].contains($0.crop.crop) } ?? false
        let driving =
            try path.map {
                try DrivingStream(file: $0, for: model, range: range ?? .all, crop: crop, needsFace: needsFace, faces: faces)
            } ?? DrivingStream(picturesFor: model, crop: crop, faces: faces, name: "the driving frames")
        drivings[number] = driving
        return Reply(OpenedDriving(number, driving))
    }

    /// The next moments of a driving side, from its file or from what the request brings.
    private func moments(_ fields: Fields, _ payload: [UInt8], _ driving: DrivingStream) throws -> (moments: [DrivingMoment], isLast: Bool)
    {
        let count = try fields.integer("count", in: 1...limits.frames) ?? 1
        guard !driving.isFile else {
            guard payload.isEmpty else { throw RequestError("bytes: a file drives, and no pixels are taken beside it") }
            let moments = try driving.next(count)
            return (moments, moments.count < count)
        }
        return (try driving.read(try pictures(fields, payload, count: count)), false)
    }

    private func encode(_ fields: Fields, _ payload: [UInt8]) throws -> Reply {
        let driving = try kept("driving", fields, in: drivings)
        let (moments, isLast) = try moments(fields, payload, driving)
        try finish("encode", fields)
        let width = driving.model.network.motionCount, absent = [Float](repeating: .nan, count: width)
        return Reply(
            Motions(
                count: moments.count, values: width, times: moments.map(\.time), notes: driving.notes, isLast: driving.isFile ? isLast : nil
            ),
            Reply.bytes(moments.flatMap { $0.motion?.values ?? absent }))
    }

    private func animate(_ fields: Fields, _ payload: [UInt8]) throws -> Reply {
        let portrait = try kept("portrait", fields, in: portraits), model = portrait.model
        let driving = fields.has("driving") ? try kept("driving", fields, in: drivings) : nil
        let mode = try fields.choice("mode", expected: "relative or absolute", TransferMode.init(rawValue:)) ?? .relative
        var transfer = Transfer(mode, strength: Float(try fields.number("strength", in: -1000...1000) ?? 1))
        transfer.usesGains = try fields.bool("gains") ?? true
        let only = try fields.directions("only"), without = try fields.directions("without")
        guard only == nil || without == nil else { throw RequestError("only and without exclude each other") }
        if only != nil || without != nil {
            let names = try DirectionNames(of: model)
            transfer.controls = try only.map { Set(try DirectionList($0).numbers(names)) }
            if let without { transfer.controls = Set(1...names.count).subtracting(try DirectionList(without).numbers(names)) }
        }
        let target = TargetMotion(transfer, edit: try amounts(fields, model))
        let smooth = try fields.number("smooth", in: 0...1) ?? 0
        try finish("animate", fields, payload)
        guard driving.map({ $0.model.network === model.network }) ?? true else {
            throw RequestError("driving: was opened for another model than the portrait's")
        }
        try checkRoom()
        let animation = try FramewiseAnimation(
            portrait, target: target, smoothing: Float(smooth), isDrivingStill: driving?.isStill ?? false)
        let number = number()
        animations[number] = (animation, driving)
        return Reply(["animation": number])
    }

    private func frames(_ fields: Fields, _ payload: [UInt8]) throws -> Reply {
        let (animation, driving) = try kept("animation", fields, in: animations)
        try check(try fields.integer("count", in: 1...limits.frames) ?? 1, of: animation.portrait)
        guard let driving else {
            let given = try motions(fields, payload, animation.portrait.model)
            try finish("frames", fields)
            return try reply(try animation.pictures(given))
        }
        let (moments, isLast) = try moments(fields, payload, driving)
        try finish("frames", fields)
        return try reply(
            try animation.pictures(moments), times: moments.map(\.time), notes: driving.notes, isLast: driving.isFile ? isLast : nil)
    }

    /// The motions that a request brings, as `encode` gave them.
    private func motions(_ fields: Fields, _ payload: [UInt8], _ model: PortraitModel) throws -> [DrivingMoment] {
        let count = try fields.integer("count", in: 1...limits.frames) ?? 1, width = model.network.motionCount
        let start = try fields.number("time", in: 0...1e9) ?? 0, rate = try fields.number("frame_rate", in: 0.001...1e6) ?? 25
        guard payload.count == 4 * count * width else {
            throw RequestError(
                "bytes: \(count == 1 ? "a motion" : "\(count) motions") of \(width) 32-bit values has \(4 * count * width), found \(payload.count)"
            )
        }
        return try (0..<count).map { index in
            let values = (0..<width).map { place in
                let first = 4 * (index * width + place)
                return Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(payload[first + $1]) << UInt32(8 * $1) })
            }
            // As `encode` gives it where no face is seen.
            if values.allSatisfy(\.isNaN) { return DrivingMoment(motion: nil, time: start + Double(index) / rate) }
            guard values.allSatisfy(\.isFinite) else { throw RequestError("bytes: motion \(index + 1) has values that are not finite") }
            return DrivingMoment(motion: Tensor(values, [1, width]), time: start + Double(index) / rate)
        }
    }

    // MARK: Faces

    private func findFaces(_ fields: Fields, _ payload: [UInt8]) throws -> Reply {
        let small = try fields.bool("small") ?? false
        let (picture, _) = try picture(fields, payload)
        try finish("faces", fields)
        switch try faces() {
        case .finder(let finder): return Reply(FaceReport(picture, finder.faces(in: picture, small: small)))
        case .absent(let error): throw error
        case .none: throw FaceFinder.absent()
        }
    }
}
