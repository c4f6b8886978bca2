import Checkpoints
import Networks
import Operators
import Tensors
import Testing
import TestSupport

/// The network that paints mouths of animated portraits again, against PyTorch (Tools/reference/refiner_torch.py), and where it paints.
@Suite struct MouthRefinerTests {
    private let vectors: ReferenceVectors

    init() throws { vectors = try ReferenceVectors.file("refiner/cases.safetensors") }

    /// With the weights of the vectors.
    private func network() throws -> MouthRefiner {
        let network = MouthRefiner(channels: [2, 3, 4, 5], seed: 1)
        for parameter in network.parameters { parameter.value = try vectors(parameter.name) }
        return network
    }

    private func painted(_ network: MouthRefiner) throws -> Tensor {
        try network(vectors("in/animated"), source: vectors("in/source"), lips: vectors("in/lips"), region: vectors("in/region")).picture
    }

    @Test(arguments: [OperatorPath.fast, .reference]) func aPaintedMouthEqualsReference(_ path: OperatorPath) throws {
        let found = try OperatorPath.$current.withValue(path) { try painted(network()) }
        let difference = Difference(found, try vectors("result"))
        // PyTorch's own single precision is 2.5e-5 from the vectors, which are computed in double precision.
        #expect(difference.isWithin(5e-5), "\(difference)")
    }

    @Test func everyParametersGradientEqualsReference() throws {
        let network = try network(), tape = Tape(watching: network.parameters.map(\.value))
        let loss = try Tape.$current.withValue(tape) { L1Loss.forward(try painted(network), target: try vectors("target")) }
        #expect(Difference(loss, try vectors("loss")).isWithin(1e-5))
        let gradients = tape.gradients(of: loss)
        #expect(network.parameters.count == vectors.names(under: "grad/").count)
        for parameter in network.parameters {
            let found = try #require(gradients[parameter.value], "\(parameter.name) has no gradient")
            let difference = Difference(found, try vectors("grad/\(parameter.name)"))
            #expect(difference.sameShape && difference.relative <= 2e-4, "\(parameter.name): \(difference)")
        }
    }

    /// A new network's flow is 0: where all of the animated square stays it is the same.
    @Test func nothingMovesWhereTheMapIsZero() throws {
        let network = MouthRefiner(channels: [2, 3, 4, 5], seed: 1), animated = try vectors("in/animated")
        for parameter in network.parameters where parameter.name == "motion_conv.bias" { parameter.value = Tensor([0, 0, 40], [3]) }
        #expect(Difference(try painted(network), animated).isWithin(2e-5))
    }

    @Test func measuresAreReadOffTheTensors() throws {
        let folder = try TemporaryFolder(), file = folder.file("weights.safetensors"), network = try network()
        try SafetensorsFile.write(network.parameters.map { ($0.name, $0.value) }, as: .float32, to: file, overwrite: false)
        let checkpoint = try Checkpoint.open(file), prefix = try #require(try MouthRefiner.prefix(in: checkpoint))
        let read = try MouthRefiner(checkpoint, prefix: prefix)
        #expect(read.channels == [2, 3, 4, 5])
        #expect(try painted(read).values == painted(network).values)
        #expect(throws: (any Error).self) { try read.encode(Tensor(zeros: [1, 3, 96, 96])) }
    }

    // MARK: Places

    /// Corners (−a, 0) and (a, 0), and arcs through (0, −u) and (0, l).
    private func line(_ a: Float, _ u: Float, _ l: Float) -> LipLines.Line {
        .init(left: [-a, 0], right: [a, 0], upper: [0, -u], lower: [0, l])
    }

    /// What two parabolas enclose is two thirds of their rectangle, and of what is seen nothing is outside of 1.7 mouths.
    @Test func lipsAreDrawnAsParabolas() {
        let lines = LipLines(inner: line(0.4, 0.05, 0.15), outer: line(0.5, 0.15, 0.3)), side = 96
        let drawn = LipLines.drawn([lines], side: side), size = side * side, pixel = 4 / Float(size)
        let areas = [drawn.lips.values[..<size], drawn.lips.values[size...]].map { $0.reduce(0, +) * pixel }
        for (area, expected) in zip(areas, [Float(0.8 * 0.2), 0.45]) { #expect(abs(area - 2 * expected / 3) < 0.02 * expected) }
        let region = drawn.region.values
        #expect(Array(region[..<size]) == Array(region[size..<2 * size]) && Array(region[..<size]) == Array(region[(2 * size)...]))
        let middle = side / 2 * side + side / 2
        #expect(region[middle] == 1 && region[middle + Int(0.75 * Float(side) / 2)] == 0 && region[0] == 0)
    }

    /// Lips as thick as at rest leave between them what is more; a narrower mouth has thicker ones, and lines that are further apart stay.
    @Test func lipsStayAsThickAsAtRest() {
        let rest = LipLines(inner: line(0.3, 0, 0), outer: line(0.4, 0.1, 0.15))
        let soft = LipLines(inner: line(0.3, 0, 0.05), outer: line(0.4, 0.2, 0.4)), opened = soft.opened(from: rest)
        #expect(opened.outer == soft.outer && opened.inner.left == soft.inner.left)
        #expect(abs(opened.inner.upper.y + 0.1) < 1e-6 && abs(opened.inner.lower.y - 0.25) < 1e-6)
        let narrow = LipLines(inner: line(0.15, 0, 0.05), outer: line(0.2, 0.2, 0.4)).opened(from: rest).inner
        #expect(abs(narrow.upper.y - 0) < 1e-6 && abs(narrow.lower.y - 0.1) < 1e-6)
        let wide = LipLines(inner: line(0.3, 0.15, 0.35), outer: line(0.4, 0.2, 0.4))
        #expect(wide.opened(from: rest) == wide && rest.opened(from: rest) == rest)
    }

    /// Lines of a mirrored picture drawn are the drawing mirrored, also where the mouth is crooked.
    @Test func mirroredLinesAreAMirroredDrawing() {
        let crooked = LipLines.Line(left: [-0.5, 0.1], right: [0.4, -0.1], upper: [0.05, -0.2], lower: [0, 0.3])
        let lines = LipLines(inner: line(0.3, 0, 0.1), outer: crooked), all = MouthSquare(center: [0.1, 0], reach: 1.2), side = 32
        let placed = lines.placed(in: all), other = placed.moved(isMirrored: true) { $0 * [-1, 1] }
        let own = LipLines.drawn([placed], side: side).lips.values, mirrored = LipLines.drawn([other], side: side).lips.values
        for pixel in own.indices { #expect(abs(own[pixel] - mirrored[pixel / side * side + side - 1 - pixel % side]) < 1e-4) }
    }

    /// A square of a ramp is the ramp at the square's places; beyond the picture its edge is repeated.
    @Test func aSquareIsCutWhereItLies() {
        let side = 64, ramp = Tensor((0..<side * side).map { (2 * Float($0 % side) + 1) / Float(side) - 1 }, [1, 1, side, side])
        let square = MouthSquare(center: [0.7, 0], reach: 0.5), cut = MouthSquare.cut(ramp, [square], side: 20).values
        for pixel in 0..<400 {
            let place = 0.7 + 0.5 * ((2 * Float(pixel % 20) + 1) / 20 - 1)
            #expect(abs(cut[pixel] - min(place, 1 - 1 / Float(side))) < 1e-5)
        }
    }

    /// A change is added where the square lies, as large as the square there, and nowhere else.
    @Test func aChangeIsAddedWhereTheSquareLies() {
        let side = 80, pictures = Tensor(zeros: [2, 1, side, side]), change = Tensor(zeros: [1, 1, 20, 20])
        for pixel in 0..<400 where (5..<15).contains(pixel % 20) && (5..<15).contains(pixel / 20) { change.mutablePointer[pixel] = 1 }
        MouthSquare(center: [0.25, -0.25], reach: 0.5).add(change, times: 0.5, to: 1, of: pictures)
        let values = pictures.values, second = values[(side * side)...]
        #expect(values[..<(side * side)].allSatisfy { $0 == 0 })
        // The square is 40 pixels wide: its middle half, 20×20, has the change.
        #expect(abs(second.reduce(0, +) - 0.5 * 400) < 0.5)
        #expect(second[second.startIndex + 30 * side + 50] == 0.5 && second[second.startIndex + 60 * side + 50] == 0)
    }
}
