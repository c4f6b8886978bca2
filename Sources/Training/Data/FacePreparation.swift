import Faces
import Files
import Foundation
import Media

/// Clips cropped around faces: a film is read twice, to lay a square for each shot and to cut it out.
extension Preparation {
    /// A film's or photo's pictures in their order, with their times in seconds.
    private struct Pictures {
        let rate: Double
        let isStill: Bool
        let visit: (_ body: (Picture, Double) throws -> Bool) throws -> Void
        /// What is wrong with it, known at the end.
        var warning: () -> String? = { nil }
    }

    func addFaces(_ item: MediaItem, _ finder: FaceFinder, to writer: DatasetWriter, skip: (String, String) -> Void) throws -> Outcome {
        do {
            let pictures = try pictures(of: item, skip)
            var shots = FaceShots(finder), damage: String?
            do {
                try pictures.visit { picture, _ in
                    shots.look(at: picture)
                    return true
                }
            } catch let error as FileError where error.side == .input && !shots.shots.isEmpty {
                // The frames before the damage are good.
                damage = error.problem
            }
            shots.close()
            let path = item.paths[0]
            guard shots.shots.contains(where: { $0.square != nil }) else {
                skip(path, "no face found")
                return .leftOut
            }
            let added = try write(shots.shots, of: item, pictures, to: writer, skip)
            return added ? .added(warning: damage ?? pictures.warning()) : .leftOut
        } catch let error as FileError where error.side == .input {
            if writer.isInClip { writer.abandon() }
            guard item.claimsToBeMedia else { return .noMedia }
            skip(error.path, error.problem)
            return .leftOut
        }
    }

    private func pictures(of item: MediaItem, _ skip: (String, String) -> Void) throws -> Pictures {
        guard item.isRun else {
            let path = item.paths[0], first = try FrameReader(path)
            var warning: String?
            return Pictures(rate: first.frameRate.value, isStill: first.isStill) { body in
                let reader = try FrameReader(path), tick = reader.timeBase.value
                while let frame = try reader.next() { if try !body(frame.picture, Double(frame.time) * tick) { return } }
                warning = reader.warning
            } warning: {
                warning
            }
        }
        for path in item.paths {
            do { _ = try Picture.read(path) } catch let error as FileError where error.side == .input { skip(error.path, error.problem) }
        }
        return Pictures(rate: Self.rateOfPictures, isStill: false) { body in
            for (index, path) in item.paths.enumerated() {
                guard let picture = try? Picture.read(path) else { continue }
                if try !body(picture, Double(index) / Self.rateOfPictures) { return }
            }
        }
    }

    /// A clip for each shot in which a face is seen.
    ///
    /// - Returns: whether there is any.
    private func write(
        _ shots: [FaceShots.Shot], of item: MediaItem, _ pictures: Pictures, to writer: DatasetWriter, _ skip: (String, String) -> Void
    ) throws -> Bool {
        var number = 0, place = 0, added = false
        var thinning = FrameThinning(rate: framesPerSecond), start = 0.0, last = 0.0
        func finish() {
            guard writer.isInClip else { return }
            let shot = shots.count > 1 ? "shot \(place) of \(shots.count): " : ""
            if end(writer, seconds: last, sourceRate: pictures.rate, item.paths[0], { skip($0, shot + $1) }) { added = true }
        }
        do {
            try pictures.visit { picture, time in
                if place < shots.count, number == shots[place].frames.lowerBound {
                    finish()
                    (thinning, start, last) = (FrameThinning(rate: framesPerSecond), time, 0)
                    begin(shots, place, item, pictures.isStill, writer, skip)
                    place += 1
                }
                number += 1
                guard writer.isInClip, let square = shots[place - 1].square, writer.clipFrameCount < maxFramesPerClip ?? .max,
                    thinning.keeps(time - start)
                else { return true }
                try writer.append(picture.cut(square).fitted(toSquare: size, .crop))
                last = time - start
                return true
            }
        } catch let error as FileError where error.side == .input && writer.isInClip && writer.clipFrameCount > 0 {
            // The first reading has told of it.
        }
        finish()
        return added
    }

    /// Begins the clip of a shot; one without a face is named and left out.
    private func begin(
        _ shots: [FaceShots.Shot], _ place: Int, _ item: MediaItem, _ isStill: Bool, _ writer: DatasetWriter,
        _ skip: (String, String) -> Void
    ) {
        guard shots[place].square != nil else { return skip(item.paths[0], "shot \(place + 1) of \(shots.count): no face found") }
        var name = shots.count > 1 ? "\(item.name), shot \(place + 1)" : item.name
        while writer.isTaken(name) { name += "’" }
        writer.begin(name: name, identity: item.identity, source: item.source, kind: isStill ? .photo : .video)
    }
}
