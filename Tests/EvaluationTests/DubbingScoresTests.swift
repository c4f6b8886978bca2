import Evaluation
import Foundation
import Media
import Networks
import Tensors
import TestSupport
import Testing

/// What says how well a mouth was dubbed.
@Suite struct DubbingScoresTests {
    private let wanted: [Double] = (0..<60).map { (frame: Int) -> Double in
        let time = Double(frame), fast: Double = 0.3 * sin(0.9 * time)
        return 0.4 + fast + 0.1 * sin(0.37 * time)
    }

    private func scores(_ found: [Double?], mouths: [(Picture, Picture)]? = nil) -> DubbingScores {
        let picture = Samples.picture(width: 32, height: 32)
        return DubbingScores(
            name: "x", found: found, truth: wanted.map { 0.2 * $0 },
            wanted: Tensor(wanted.flatMap { [Float($0), 0, 0] }, [wanted.count, 3]), lags: 5, mouths: mouths ?? [(picture, picture)])
    }

    @Test func lagsAreFound() {
        for lag in -3...3 {
            let found = wanted.indices.map { (frame: Int) -> Double? in
                wanted.indices.contains(frame - lag) ? 0.1 * wanted[frame - lag] : nil
            }
            let scores = scores(found)
            #expect(scores.lag == lag && scores.lost == abs(lag))
            #expect((scores.correlation! > 0.999) == (lag == 0))
        }
    }

    @Test func whatDoesNotFollowHasNoLag() {
        let scores = scores(wanted.indices.map { (frame: Int) -> Double? in frame % 2 == 0 ? 0.1 : 0.2 })
        #expect(scores.lag == nil && abs(scores.correlation!) < 0.3)
        #expect(self.scores([Double?](repeating: nil, count: 60)).correlation == nil)
    }

    @Test func mouthsAreComparedWithTheTruth() {
        let black = Picture(width: 32, height: 32, red: 0, green: 0, blue: 0),
            grey = Picture(width: 32, height: 32, red: 51, green: 51, blue: 51)
        let scores = scores(wanted, mouths: [(grey, black)])
        // 20·log₁₀(255/51).
        #expect(abs(scores.psnr - 13.979) < 0.001 && scores.ssim < 0.1)
    }

    /// The least distance, how far the median lies above it, and whose it is.
    @Test func synchronyIsReadOffTheDistances() {
        let found = Synchrony(distances: [-2: 0.9, -1: 0.6, 0: 0.2, 1: 0.7, 2: 0.8])
        #expect(found.lag == 0 && found.distance == 0.2 && abs(found.confidence - 0.5) < 1e-12)
        #expect(Synchrony(distances: [-1: 0.5, 0: 0.5, 1: 0.5]) == Synchrony(distances: [0: 0.5]))
    }

    /// A network is shown five mouths and told the nine rows around them, at every lag.
    @Test func aSyncNetIsAsked() throws {
        let network = SyncNet(first: 4, channels: 8, soundValues: 3, seed: 1)
        let mouths = (0..<12).map { Picture(width: 40, height: 40, red: UInt8(20 * $0), green: 90, blue: 30) }
        let rows = Tensor((0..<36).map { Float($0 % 7) / 7 }, [12, 3])
        let found = try #require(Synchrony(network, mouths: mouths, rows: rows, side: 32, lags: 1))
        var distances: [Int: Double] = [:]
        for lag in -1...1 {
            var all: [Double] = []
            for first in 0...7 where first - 2 - lag >= 0 && first - 2 - lag + 9 <= 12 {
                let seen = (first..<first + 5).flatMap { frame in
                    [Float(20 * frame), 90, 30].flatMap { [Float](repeating: $0 / 255, count: 32 * 32) }
                }
                let heard = (0..<3).flatMap { value in (0..<9).map { rows.values[(first - 2 - lag + $0) * 3 + value] } }
                let scores = network(Tensor(seen, [1, 15, 32, 32]), sound: Tensor(heard, [1, 3, 9])).values
                all.append(scores.reduce(0) { $0 + Double(($1 - 1) * ($1 - 1)) } / Double(scores.count))
            }
            distances[lag] = all.reduce(0, +) / Double(all.count)
        }
        let expected = Synchrony(distances: distances)
        #expect(abs(found.distance - expected.distance) < 1e-5 && found.lag == expected.lag)
        #expect(Synchrony(network, mouths: Array(mouths.prefix(8)), rows: rows, side: 32, lags: 1) == nil)
    }

    /// Invented speech is the same whenever it is asked for.
    @Test func inventedSpeechIsKnown() {
        let speeches = DubbingEvaluation.invented(count: 2, frames: 30)
        #expect(speeches.count == 2 && speeches[0].truth.shape == [30, 3] && speeches[0].truth.values == speeches[0].heard.values)
        #expect(speeches[0].truth.values != speeches[1].truth.values)
    }
}
