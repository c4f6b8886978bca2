import Animation
import Faces
import Foundation
import Testing

@Suite struct CropChoiceTests {
    @Test func textsAreRead() {
        #expect(CropChoice("face") == .face && CropChoice("follow") == .follow && CropChoice("centre") == .centre)
        #expect(CropChoice("none") == .whole)
        #expect(CropChoice("100,50.5,200") == .square(FaceRectangle(x: 100, y: 50.5, side: 200, angle: 0)))
        guard case .square(let turned) = CropChoice("-10,50,200,90") else { return #expect(Bool(false), "no square") }
        #expect(turned.x == -10 && abs(turned.angle - .pi / 2) < 1e-6)
        for text in ["", "faces", "1,2", "1,2,3", "1,2,30,400", "1,2,30,4,5", "1,,30", "a,2,30", "nan,2,30", "1,2,inf", "1,2,-30"] {
            #expect(CropChoice(text) == nil, "\(text)")
        }
    }

    @Test func facesAreChosen() {
        #expect(FaceChoice("largest") == .number(1) && FaceChoice("3") == .number(3) && FaceChoice("all") == .all)
        for text in ["0", "-1", "first", "", "1.5"] { #expect(FaceChoice(text) == nil) }
        func face(_ x: Float, _ size: Float) -> Face {
            Face(landmarks: (0..<478).map { [x + Float($0 % 2) * size, Float($0 % 3) * size, 0] }, score: 1, presence: 1)
        }
        // The largest first.
        let faces = [face(200, 50), face(300, 40), face(10, 30)]
        func place(_ choice: FaceChoice) -> [Float] { choice.chosen(from: faces).map(\.box.left) }
        #expect(place(.largest) == [200] && place(.number(2)) == [300] && place(.number(4)).isEmpty)
        #expect(place(.left) == [10] && place(.right) == [300] && place(.all) == [200, 300, 10])
        #expect(FaceChoice.left.chosen(from: []).isEmpty)
    }

    /// A first frame that is turned 30° with a later one at 5° is told; one at 10°, or with nothing much nearer, is not.
    @Test func theFirstFrameIsJudged() {
        func degrees(_ values: [Float?]) -> [Float?] { values.map { $0.map { $0 * .pi / 180 } } }
        #expect(FirstFrame(degrees([30, 20, 5, 12])).nearest == 2)
        #expect(FirstFrame(degrees([nil, 30, nil, 5])).nearest == 3)
        #expect(FirstFrame(degrees([10, 1])).nearest == nil)
        #expect(FirstFrame(degrees([30, 16])).nearest == nil)
        #expect(FirstFrame(degrees([nil, nil])).nearest == nil && FirstFrame([Float?]()).nearest == nil)
        // A mouth that begins open, and eyes that begin shut; a mouth that opens later, or lids that do not shut so far, are none of that.
        let mouth = FirstFrame([(turn: 0.1, lips: 0.3, lids: 0), (turn: 0.3, lips: 0, lids: 0), (turn: 0.1, lips: 0.05, lids: 0.01)])
        #expect(mouth.nearest == 2 && mouth.misfit == .mouth && mouth.distance == 0.1)
        let eyes = FirstFrame([(turn: 0, lips: 0, lids: 0.2), (turn: 0, lips: 0, lids: 0)])
        #expect(eyes.nearest == 1 && eyes.misfit == .eyes)
        #expect(FirstFrame([(turn: 0, lips: -0.4, lids: 0.1), (turn: 0, lips: 0, lids: 0)]).nearest == nil)
    }

    /// Second differences of 0, 1, 0, 1 are −2 and 2; of a line 0.
    @Test func jitterIsTheMeanSecondDifference() {
        #expect(Jitter.of([[0], [1], [0], [1]]) == 2)
        #expect(Jitter.of([[0, 5], [1, 7], [2, 9]]) == 0)
        #expect(abs(Jitter.of([[0, 0], [1, 0], [0, 0]]) - Float(2).squareRoot()) < 1e-6)
        #expect(Jitter.of([[0], [1]]) == 0)
    }
}
