import Foundation
import Media
import Networks
import Operators
import Tensors

/// Shows and measures what a network paints where the truth is known: the same frames every time.
struct DINetTrial {
    private let configuration: DINetTrainingConfiguration
    private let dataset: Dataset
    private let films: [SpokenClips.Clip]

    /// Of each clip, and drawn people; those of a sheet.
    private static let frames = 4, people = 12, shown = 4, shownPeople = 2
    /// The seeds of drawn people, far from those of training.
    private static let seed: UInt64 = 0x7465_7374

    init(_ configuration: DINetTrainingConfiguration, dataset: Dataset, films: [SpokenClips.Clip]) {
        (self.configuration, self.dataset, self.films) = (configuration, dataset, films)
    }

    private var layout: MouthLayout { configuration.network.layout }

    // MARK: Choosing

    private func choice(_ person: SpokenChoice.Person, _ target: Double, _ references: [Double]) -> SpokenChoice {
        let plain = SampledAugmentation(isMirrored: false, color: .identity, affine: .identity, warp: nil)
        func shot(_ moment: Double) -> SpokenChoice.Shot { .init(moment: moment, jitter: .none) }
        return SpokenChoice(
            person: person, augmentation: plain, targets: [shot(target)], references: [references.map(shot)], isSingle: false)
    }

    /// Frames of a film, each with the same references, spread over it.
    private func choices(_ film: SpokenClips.Clip, frames: Int) -> [SpokenChoice] {
        let count = configuration.network.references
        func frame(_ place: Double) -> Double { Double(film.frames[Int(place * Double(film.frames.count - 1))]) }
        let references = (0..<count).map { frame((Double($0) + 0.25) / Double(count)) }
        return (0..<frames).map { choice(.clip(film), frame((Double($0) + 0.7) / Double(frames)), references) }
    }

    private func choice(person: Int) -> SpokenChoice {
        let seed = Self.seed &+ UInt64(person), count = configuration.network.references
        let speaker = DrawnSpeaker(puppet: seed, motion: seed, energy: 0.8, smile: Float(person % 4) * 0.2 - 0.2)
        return choice(.drawn(speaker), 10 + Double(person), (0..<count).map { 3 + Double($0) * 1.7 })
    }

    /// Drawn people say nothing in letters.
    private var people: Int { configuration.network.kind == .mouth ? Self.people : 0 }

    // MARK: Measuring

    func validation(_ network: DINet) -> DINetValidation? {
        let films = measure(network, self.films.flatMap { choices($0, frames: Self.frames) })
        let drawn = measure(network, (0..<people).map { choice(person: $0) })
        return films == nil && drawn == nil ? nil : DINetValidation(films: films, drawn: drawn)
    }

    private func painted(_ network: DINet, _ batch: DINetBatch, sound: Tensor? = nil) -> Tensor {
        network.generator(batch.masked(layout), network.generator.prepare(batch.references), sound: sound ?? batch.sound)
    }

    private func measure(_ network: DINet, _ choices: [SpokenChoice]) -> Validation? {
        guard !choices.isEmpty else { return nil }
        var sums = [Double](repeating: 0, count: 4)
        for start in stride(from: 0, to: choices.count, by: 8) {
            let batch = DINetBatch(Array(choices[start..<min(start + 8, choices.count)]), dataset: dataset, layout: layout)
            let count = batch.pictures.shape[0], size = 3 * layout.side * layout.side
            let truth = layout.mouths(batch.pictures).values, found = layout.mouths(painted(network, batch)).values
            let first = batch.references.reshaped([count * configuration.network.references] + batch.pictures.shape[1...])
            let copied = layout.mouths(Selection.forward(first, indices: (0..<count).map { $0 * configuration.network.references })).values
            for index in 0..<count {
                let range = index * size..<(index + 1) * size
                let (own, copy) = (Self.difference(found[range], truth[range]), Self.difference(copied[range], truth[range]))
                for (place, value) in [own.l1, own.psnr, copy.l1, copy.psnr].enumerated() { sums[place] += value }
            }
        }
        let means = sums.map { $0 / Double(choices.count) }
        return Validation(l1: means[0], psnr: means[1], copiedL1: means[2], copiedPSNR: means[3], frames: choices.count)
    }

    private static func difference(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> (l1: Double, psnr: Double) {
        var (sum, squares) = (0.0, 0.0)
        for (x, y) in zip(a, b) {
            let d = Double(x - y)
            sum += abs(d)
            squares += d * d
        }
        return (sum / Double(a.count), 10 * log10(Double(a.count) / max(squares, 1e-12)))
    }

    // MARK: Showing

    /// A row a person: a reference, what the network sees, the truth and the result; and where the mouth's numbers are heard, a mouth that is
    /// shut, wide open, and says 'ee' and 'oo'.
    func sheet(_ network: DINet) -> Picture? {
        let drawn = (0..<min(people, Self.shownPeople)).map { choice(person: $0) }
        let shown = films.prefix(Self.shown).map { choices($0, frames: 2)[1] } + drawn
        guard !shown.isEmpty else { return nil }
        let batch = DINetBatch(shown, dataset: dataset, layout: layout), count = shown.count
        let first = batch.references.reshaped([count * configuration.network.references] + batch.pictures.shape[1...])
        var columns = [
            Selection.forward(first, indices: (0..<count).map { $0 * configuration.network.references }), batch.masked(layout),
            batch.pictures, painted(network, batch),
        ]
        if configuration.network.kind == .mouth {
            for mouth in [[0, 0, 0], [0.8, 0.1, 0], [0.22, 0.7, 0], [0.3, -0.5, 0.85]] as [[Float]] {
                let rows = (0..<count).flatMap { _ in mouth.flatMap { Array(repeating: $0, count: DINetBatch.rows) } }
                columns.append(painted(network, batch, sound: Tensor(rows, batch.sound.shape)))
            }
        }
        return PictureGrid.picture((0..<count).map { row in columns.map { picture($0, row) } })
    }

    private func picture(_ pictures: Tensor, _ index: Int) -> Picture {
        let size = layout.width * layout.height, values = pictures.values
        return Picture(width: layout.width, height: layout.height) { pixels in
            for pixel in 0..<size {
                for channel in 0..<3 {
                    let value = values[(3 * index + channel) * size + pixel]
                    pixels[3 * pixel + channel] = value > 0 ? UInt8(min(1, value) * 255 + 0.5) : 0
                }
            }
        }
    }
}
