import Evaluation
import Foundation
import Media
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

    /// Invented speech is the same whenever it is asked for.
    @Test func inventedSpeechIsKnown() {
        let speeches = DubbingEvaluation.invented(count: 2, frames: 30)
        #expect(speeches.count == 2 && speeches[0].truth.shape == [30, 3] && speeches[0].truth.values == speeches[0].heard.values)
        #expect(speeches[0].truth.values != speeches[1].truth.values)
    }
}
