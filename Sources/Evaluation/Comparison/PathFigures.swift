import Figures
import Media

/// Pictures of the paths that variants take through a model's latent space.
struct PathFigures {
    let model: String
    /// Seconds, of each frame.
    let times: [Double]
    /// The source's own magnitudes.
    let source: [Float]
    /// The magnitudes of each frame of the driving video.
    let driving: [[Float]]
    /// What each variant is called, and its frames.
    let lines: [(label: String, frames: [ComparisonReport.Frame])]

    private static let drivingInk = Ink(150, 150, 156)

    private func ink(_ index: Int) -> Ink { LineFigure.inks[index % LineFigure.inks.count] }

    /// Magnitudes over time, along the directions that the driving video moves most in.
    var magnitudes: Picture {
        let most = 6
        func spread(_ direction: Int) -> Float {
            let values = driving.map { $0[direction] }
            let mean = values.reduce(0, +) / Float(values.count)
            return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        let shown = source.indices.sorted { spread($0) > spread($1) }.prefix(most).sorted()
        let (width, height, columns) = (330, 210, 2)
        let rows = (shown.count + columns - 1) / columns
        let legend = 30
        var canvas = Canvas(width: width * columns, height: height * rows + legend)
        var x = 12
        for (label, ink) in [("driving", Self.drivingInk)] + lines.enumerated().map({ ($1.label, ink($0)) }) {
            canvas.fill(x: x, y: 13, width: 12, height: 3, ink)
            canvas.write(label, x: x + 16, y: 11)
            x += 30 + Canvas.width(of: label)
        }
        for (place, direction) in shown.enumerated() {
            var series = [LineFigure.Series("driving", Self.drivingInk, zip(times, driving).map { ($0, Double($1[direction])) })]
            for (index, line) in lines.enumerated() {
                series.append(
                    .init(line.label, ink(index), zip(times, line.frames).map { ($0, Double($1.magnitudes[direction])) }))
            }
            let picture = LineFigure.figure(
                series, width: width, height: height, title: "magnitude of direction \(direction + 1)", x: "seconds", hasLegend: false)
            canvas.draw(picture, x: place % columns * width, y: legend + place / columns * height)
        }
        return canvas.picture
    }

    /// How far the result is moved from the source, over time.
    var distance: Picture {
        LineFigure.figure(
            lines.enumerated().map { index, line in
                .init(line.label, ink(index), zip(times, line.frames).map { ($0, $1.distance) })
            }, width: 660, height: 260, title: "distance from the source in the latent space of \(model)", x: "seconds")
    }

    /// The paths on the plane of their two leading axes.
    ///
    /// - Parameters:
    ///   - source: the source's place.
    ///   - driving: the places of the driving frames.
    func axes(_ axes: PrincipalAxes, source: (x: Double, y: Double), driving: [(x: Double, y: Double)]) -> Picture {
        var series = [LineFigure.Series("driving", Self.drivingInk, driving)]
        for (index, line) in lines.enumerated() { series.append(.init(line.label, ink(index), line.frames.map { ($0.x, $0.y) })) }
        series.append(.init("the source itself", .black, [source]))
        func percent(_ share: Double) -> Int { Int((100 * share).rounded()) }
        return LineFigure.figure(
            series, width: 660, height: 420, title: "paths in the latent space of \(model); a dot is the first frame",
            x: "two leading axes: \(percent(axes.shares.x))% of the variance across, \(percent(axes.shares.y))% up", sameScale: true,
            marksStart: true)
    }
}
