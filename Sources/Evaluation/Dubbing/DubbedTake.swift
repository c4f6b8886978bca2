import Animation
import Faces
import Files
import Media
import Puppets
import Tensors

/// A video of the evaluation: what it shows, what its mouth is to say, and how it looks as it says it.
struct DubbedTake {
    /// Frames of the source and of the truth, 25 a second.
    let before, truth: [Picture]
    /// The square around the mouth of a frame that dubbing paints; nil where it is not known.
    let mouth: (_ picture: Picture, _ frame: Int) -> Picture?

    /// A drawn person who says something else in the source.
    init(
        person index: Int, size: Int, saying speech: DubbingEvaluation.Speech, progress: (_ done: Int, _ total: Int) -> Void
    ) {
        let person = DubbedPerson(index, size: size), frames = speech.truth.shape[0]
        var before: [Picture] = [], truth: [Picture] = []
        for frame in 0..<frames {
            before.append(person.before(frame))
            truth.append(person.saying(speech.truth, frame))
            progress(frame + 1, frames)
        }
        (self.before, self.truth, mouth) = (before, truth, person.mouth)
    }

    /// A film that is to say what it says.
    ///
    /// - Throws: `FileError` (input) when it cannot be read, or shows no face.
    init(film: DubbingEvaluation.Film, finder: FaceFinder, progress: (_ done: Int, _ total: Int) -> Void) throws {
        let reader = try FrameReader(film.path)
        var pictures: [Picture] = [], passed = -1, latest: Picture?
        reading: for place in 0..<film.heard.shape[0] {
            let number = DubbingJob.sourceFrame(at: place, rate: reader.frameRate.value)
            while passed < number {
                guard let frame = try reader.next() else { break reading }
                (latest, passed) = (frame.picture, passed + 1)
            }
            pictures.append(latest!)
            progress(place + 1, film.heard.shape[0])
        }
        let squares = pictures.map { picture in
            finder.faces(in: picture).first.flatMap { FaceOutline(found: $0.sixtyEight) }.flatMap { outline in
                MouthCrop.steady(outline, window: [outline], width: picture.width, height: picture.height)?.mouth(in: picture)
            }
        }
        guard squares.contains(where: { $0 != nil }) else {
            throw FileError(.input, film.path, "no whole face with room around it is found; choose the video of a talking head")
        }
        (before, truth) = (pictures, pictures)
        mouth = { picture, frame in
            squares[frame].map { picture.part(left: $0.left, top: $0.top, width: $0.side, height: $0.side) }
        }
    }
}
