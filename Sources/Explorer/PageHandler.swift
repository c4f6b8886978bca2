import Animation
import Faces
import Files
import Foundation
import Media
import ModelLibrary

/// Answers requests: the page's files, and what the page asks for under /api.
final class PageHandler: Sendable {
    private let service: PageService
    private let guarding: RequestGuard

    init(_ service: PageService, guarding: RequestGuard) { (self.service, self.guarding) = (service, guarding) }

    /// The answer, whatever is wrong with the request.
    func answer(_ request: Request) async -> Response {
        do {
            try guarding.check(request)
            return try await answer(request, Upload(request, seconds: service.limits.uploadSeconds))
        } catch is Renderer.Dropped {
            return Answer.done
        } catch {
            return Answer.problem(PageService.problem(error, name: "the explorer"))
        }
    }

    private func answer(_ request: Request, _ upload: Upload) async throws -> Response {
        let parts = request.path.split(separator: "/").map(String.init)
        let isReading = request.method == .get || request.method == .head
        guard parts.first == "api" else {
            guard isReading, let file = parts.isEmpty ? .markup : parts.count == 1 ? PageFile(rawValue: parts[0]) : nil else {
                throw Problem(.notFound, "there is nothing here")
            }
            return Answer.bytes(file.bytes, type: file.type)
        }
        switch (request.method, Array(parts.dropFirst())) {
        case (.get, ["start"]): return Answer.json(Start(service))
        case (.get, ["examples"]): return Self.pictures(try await Offload.run { Example.gallery().map { .init(picture: $0, scale: nil) } })
        case (.post, ["sessions"]):
            let wish: ModelWish = try await body(upload)
            let session = try service.sessions.begin(service.shelf.first)
            do {
                let model = try await service.setModel(session, wish.model ?? service.shelf.first.name)
                return Answer.json(Begun(session: session.id, model: model), status: .created)
            } catch {
                service.sessions.end(session.id)
                throw error
            }
        case (_, let path) where path.first == "sessions" && path.count >= 2:
            return try await answer(request, upload, session: path[1], Array(path.dropFirst(2)))
        default: throw Problem(.notFound, "there is nothing here")
        }
    }

    /// What concerns one page.
    private func answer(_ request: Request, _ upload: Upload, session id: String, _ path: [String]) async throws -> Response {
        if (request.method == .delete && path.isEmpty) || (request.method == .post && path == ["end"]) {
            service.sessions.end(id)
            return Answer.done
        }
        let session = try service.sessions.find(id)
        switch (request.method, path) {
        case (.post, ["alive"]): return Answer.json(ModelSummary.directions(try session.state.model.names()))
        case (.post, ["model"]):
            let wish: ModelWish = try await body(upload)
            return Answer.json(try await service.setModel(session, wish.model ?? service.shelf.first.name))
        case (.post, ["portrait"]): return Answer.json(try await portrait(request, upload, session))
        case (.get, ["original"]): return Self.pictures([.init(picture: try PageService.portrait(session.state).picture, scale: nil)])
        case (.get, ["overview"]):
            return Self.pictures([.init(picture: try PageService.portrait(session.state).overview, scale: nil)])
        case (.post, ["crop"]): return Answer.json(try await service.setCrop(session, try await body(upload)))
        case (.post, ["frame"]):
            let wish: FrameRequest = try await body(upload)
            return Self.pictures(try await service.frames(session, wish))
        case (.get, _) where path.count == 2 && path[0] == "ends":
            return Self.pictures(try await service.ends(session, direction: Int(path[1]) ?? 0).map { .init(picture: $0, scale: nil) })
        case (.put, _) where path.count == 2 && path[0] == "names":
            let wish: NameWish = try await body(upload)
            let model = session.state.model
            let trimmed = wish.name?.trimmingCharacters(in: .whitespaces) ?? ""
            let names = try service.shelf.rename(Int(path[1]) ?? 0, of: model, to: trimmed.isEmpty ? nil : trimmed)
            return Answer.json(ModelSummary.directions(names))
        case (.post, ["motion"]):
            try await motion(request, upload, session)
            return Answer.json(["work": "encoding"], status: .accepted)
        case (.get, ["motion"]):
            guard let motion = session.state.motion else { throw Problem(.notFound, "nothing drives this page's portrait") }
            let fit = MotionFit(motion, to: try PageService.portrait(session.state), on: session.state.model.network)
            return Answer.json(MotionSummary(motion, fit: fit))
        case (.delete, ["motion"]):
            let file = session.change { state -> String? in
                state.job?.cancel()
                defer { state.motion = nil }
                return state.motion?.file
            }
            if let file { unlink(file) }
            return Answer.done
        case (.get, ["job"]):
            guard let job = session.state.job else { throw Problem(.notFound, "nothing is in progress") }
            return Answer.json(job.state)
        case (.delete, ["job"]):
            session.state.job?.cancel()
            return Answer.done
        case (.post, ["save"]):
            let wish: SaveRequest = try await body(upload)
            if wish.kind == .command { return Answer.json(["command": try service.command(session, wish)]) }
            try await service.save(session, wish)
            return Answer.json(["kind": wish.kind.rawValue], status: .accepted)
        case (.get, ["saved"]):
            guard let saved = session.state.saved else { throw Problem(.notFound, "nothing has been saved yet") }
            return Answer.file(try await Offload.run { try Data(contentsOf: URL(fileURLWithPath: saved.path)) }, saved)
        default: throw Problem(.notFound, "there is nothing here")
        }
    }

    private func portrait(_ request: Request, _ upload: Upload, _ session: Session) async throws -> PageService.PortraitSummary {
        func value(_ name: String) -> String? { request.query.first { $0.name == name }?.value }
        switch value("from") {
        case "example": return try await service.setPortrait(session, .example(Int(value("number") ?? "0") ?? -1))
        case "start": return try await service.setPortrait(session, .start)
        default:
            let file = session.scratch.file("source-\(SessionStore.randomName())")
            if value("kind") == "video" {
                try await receive(upload, to: file, upTo: service.limits.motionBytes, what: "a video")
            } else {
                try await receive(upload, to: file, upTo: service.limits.pictureBytes, what: "a picture")
            }
            return try await service.setPortrait(session, .upload(file: file, name: Self.shownName(request, otherwise: "portrait")))
        }
    }

    private func motion(_ request: Request, _ upload: Upload, _ session: Session) async throws {
        let file = session.scratch.file("driving-\(SessionStore.randomName()).mp4")
        if request.query.first(where: { $0.name == "from" })?.value == "example" {
            service.encode(session, file: file, name: Example.motionName, origin: Example.motionCommand, draws: true)
        } else {
            let isSound = request.query.contains { $0.name == "kind" && $0.value == "sound" }
            try await receive(upload, to: file, upTo: service.limits.motionBytes, what: isSound ? "a sound" : "a driving video")
            service.encode(
                session, file: file, name: Self.shownName(request, otherwise: "driving"), isSound: isSound,
                crop: Self.drivingCrop(request))
        }
    }

    /// Which face of a driving video is followed: the largest once for all frames, unless the page says otherwise.
    private static func drivingCrop(_ request: Request) -> CropSettings {
        func value(_ name: String) -> String? { request.query.first { $0.name == name }?.value }
        let face = value("face").flatMap(FaceChoice.init) ?? .largest
        return CropSettings(value("follow") == "true" ? .follow : .automatic, face: face == .all ? .largest : face)
    }

    private func receive(_ upload: Upload, to file: String, upTo limit: Int, what: String) async throws {
        do {
            guard try await upload.write(to: file, upTo: limit, what: what) > 0 else {
                throw Problem(.badRequest, "the file is empty; choose another")
            }
        } catch {
            unlink(file)
            throw error
        }
    }

    /// The name that the user's file has, to be shown and written into commands; never a path of ours.
    private static func shownName(_ request: Request, otherwise: String) -> String {
        let name = request.query.first { $0.name == "name" }?.value ?? ""
        let last = FileError.printable(name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? "")
        return last.isEmpty || last.hasPrefix(".") ? otherwise : String(last.prefix(120))
    }

    private func body<Wish: Decodable>(_ upload: Upload) async throws -> Wish {
        let data = try await upload.data(upTo: service.limits.settingsBytes, what: "a request")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do { return try decoder.decode(Wish.self, from: data.isEmpty ? Data("{}".utf8) : data) } catch {
            throw Problem(.badRequest, "the request is not as expected; reload the page")
        }
    }

    /// Raw RGB, one picture after another: cheaper than any compression on the way to the same machine, and exact.
    private static func pictures(_ shown: [ViewPicture.Shown]) -> Response {
        var data = Data(capacity: shown.reduce(0) { $0 + $1.picture.pixels.count })
        for one in shown { data.append(contentsOf: one.picture.pixels) }
        var headers = [("Lia-Width", String(shown[0].picture.width)), ("Lia-Height", String(shown[0].picture.height))]
        if let scale = shown.compactMap(\.scale).max(by: { $0.value < $1.value }) { headers.append(("Lia-Scale", scale.text)) }
        return Answer.bytes(data, type: "application/octet-stream", headers: headers)
    }

    private struct ModelWish: Decodable {
        let model: String?
    }

    private struct NameWish: Decodable {
        let name: String?
    }

    private struct Begun: Encodable {
        let session: String
        let model: ModelSummary
    }

    /// What a page needs to know before anything else.
    private struct Start: Encodable {
        let models: [String]
        let model: String
        let pictureBytes: Int
        let motionBytes: Int
        let hasPicture: Bool

        init(_ service: PageService) {
            (models, model) = (service.shelf.names, service.shelf.first.name)
            (pictureBytes, motionBytes) = (service.limits.pictureBytes, service.limits.motionBytes)
            hasPicture = service.startPicture != nil
        }
    }
}
