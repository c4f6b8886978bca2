import Faces
import Figures
import Media

/// The picture of `--preview`: for each side its first picture with the squares drawn, and beside it what is cut out.
struct CropPreview {
    /// Height of the pictures, in pixels.
    private static let side = 384
    private static let ink = Ink(60, 230, 90)

    private let context: AnimationContext
    private let source: CropPlanning.Source
    private let driving: CropPlan?

    init(_ context: AnimationContext, _ source: CropPlanning.Source, driving: CropPlan?) {
        (self.context, self.source, self.driving) = (context, source, driving)
    }

    /// Writes the picture, where one is wanted.
    ///
    /// - Throws: `FileError`.
    func write() throws {
        let job = context.job
        guard let path = job.preview else { return }
        var rows: [[Picture]] = []
        let own = try source.still ?? firstFrame(of: job.source.path, source.plan, range: job.driving == nil ? job.frames : .all)
        rows.append(Self.row(own, source.plan))
        if let driving, let path = job.driving { rows.append(Self.row(try firstFrame(of: path, driving, range: job.frames), driving)) }
        try Self.sheet(rows).write(to: path, overwrite: job.overwrite)
    }

    /// The first frame in which the first face is seen.
    private func firstFrame(of path: String, _ plan: CropPlan, range: FrameRange) throws -> Picture {
        var frames = DrivingFrames(.video(try FrameReader(path)), range: range), last: Picture?
        let wanted = plan.tracks.first?.firstSeen ?? 0
        while frames.taken <= wanted, case .picture(let picture)? = try frames.next()?.content { last = picture }
        guard let last else { return Picture(width: Self.side, height: Self.side, red: 0, green: 0, blue: 0) }
        return last
    }

    private static func row(_ picture: Picture, _ plan: CropPlan) -> [Picture] {
        let scale = Float(side) / Float(picture.height)
        let width = max(1, Int((Float(picture.width) * scale).rounded()))
        var canvas = Canvas(picture.resized(width: width, height: side))
        for (index, track) in plan.tracks.enumerated() {
            let square = track.square(track.firstSeen)
            let corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)].map { square.place(Float($0.0), Float($0.1)) * scale }
            for (from, to) in zip(corners, corners.dropFirst()) {
                canvas.line(from: (from.x, from.y), to: (to.x, to.y), thickness: 2, ink)
            }
            if plan.tracks.count > 1 { canvas.write(String(index + 1), x: Int(corners[0].x) + 4, y: Int(corners[0].y) + 4, scale: 2) }
        }
        let cuts = plan.cut(picture, frame: plan.tracks.first?.firstSeen ?? 0, always: true).compactMap { $0 }
        return [canvas.picture] + cuts.map { $0.fitted(toSquare: side, plan.fit) }
    }

    private static func sheet(_ rows: [[Picture]]) -> Picture {
        let gap = 8
        let width = rows.map { row in row.reduce(0) { $0 + $1.width + gap } - gap }.max()!
        var canvas = Canvas(width: width, height: rows.count * (side + gap) - gap)
        for (number, row) in rows.enumerated() {
            var x = 0
            for picture in row {
                canvas.draw(picture, x: x, y: number * (side + gap))
                x += picture.width + gap
            }
        }
        return canvas.picture
    }
}
