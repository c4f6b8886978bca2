import Animation
import Files
import Foundation
import Media
import ModelLibrary
import Networks
import TestSupport
import Tensors
import Testing

/// Dubbing by the protocol of DINet's authors, against their own program's results.
@Suite struct DubbingTests {
    private let folder: TemporaryFolder
    private let vectors: ReferenceVectors
    private let source: String, landmarks: String
    /// The source's frames and the landmarks' table have seven.
    private let frames: [Picture]

    init() throws {
        folder = try TemporaryFolder()
        vectors = try ReferenceVectors.file("dinet/cases.safetensors")
        (source, landmarks) = (folder.file("frames"), Fixture.path("dinet/landmarks.csv"))
        frames = try Self.pictures(vectors("dub/frames"))
        try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: false)
        for (index, frame) in frames.enumerated() { try frame.write(to: source + "/\(index + 1).png") }
    }

    /// (N, H, W, 3), whole values from 0 to 255.
    private static func pictures(_ tensor: Tensor) -> [Picture] {
        (0..<tensor.shape[0]).map { index in
            Picture(
                width: tensor.shape[2], height: tensor.shape[1], pixels: tensor.items(index..<index + 1).values.map { UInt8($0) })
        }
    }

    private func model() throws -> PortraitModel { try ModelLocator.model(Fixture.path("dinet/dinet-tiny.pth")) }

    private func job(_ output: String) throws -> DubbingJob {
        var job = DubbingJob(
            source: source, features: try vectors("dub/features"), output: folder.file(output))
        (job.landmarks, job.references, job.mouthSize, job.blend) = (landmarks, [4, 1, 5, 2, 3], 64, .none)
        return job
    }

    private func results(_ output: String) throws -> [Picture] { try Samples.frames(folder.file(output)).map(\.picture) }

    @Test func theWholeProtocolEqualsTheAuthors() throws {
        var job = try job("out/")
        job.references = try vectors("dub/references").values.map { Int($0) + 1 }
        let report = try job.run(on: model())
        #expect(report.frames == 10 && report.width == 112 && report.height == 140 && report.warnings.isEmpty)
        #expect(report.references == job.references)
        let found = try results("out/"), expected = Self.pictures(try vectors("dub/result"))
        let numbers = try vectors("dub/result_frames").values.map { Int($0) }, radii = try vectors("dub/radius").values
        #expect(found.count == 10 && numbers.count == 6)
        for (index, number) in numbers.enumerated() {
            let differences = zip(found[number].pixels, expected[index].pixels).map { abs(Int($0) - Int($1)) }
            let mean = Double(differences.reduce(0, +)) / Double(differences.count), most = differences.max()!
            let isResized = radii[number] != 32
            #expect(most <= (isResized ? 8 : 2) && mean <= (isResized ? 0.8 : 0.1), "frame \(number): \(most), \(mean)")
        }
        // Beyond the pasted rectangle nothing changes.
        let (tops, lefts) = (try vectors("dub/top").values, try vectors("dub/left").values)
        for number in 0..<10 {
            let own = frames[number < 7 ? number : 13 - number], radius = Int(radii[number])
            let rows = Int(tops[number])..<Int(tops[number]) + 3 * radius
            let columns = Int(lefts[number])..<Int(lefts[number]) + 2 * radius + radius / 2
            for p in 0..<112 * 140 where !rows.contains(p / 112) || !columns.contains(p % 112) {
                guard found[number].pixels[3 * p..<3 * p + 3] == own.pixels[3 * p..<3 * p + 3] else {
                    Issue.record("frame \(number) changes at \(p % 112), \(p / 112)")
                    break
                }
            }
        }
    }

    /// A faded mouth is the painted one inside the mouth's square, and the frame's own beyond a quarter of R around it.
    @Test func featheringFadesTheRim() throws {
        _ = try job("hard/").run(on: model())
        var job = try job("soft/")
        job.blend = .feather
        _ = try job.run(on: model())
        let (hard, soft) = (try results("hard/"), try results("soft/")), radius = Int(try vectors("dub/radius").values[0])
        let (top, left) = (Int(try vectors("dub/top").values[0]), Int(try vectors("dub/left").values[0]))
        var inside = 0
        for p in 0..<112 * 140 {
            let (row, column) = (p / 112 - top, p % 112 - left), pixel = 3 * p..<3 * p + 3
            if (radius..<3 * radius).contains(row), (radius / 4..<radius / 4 + 2 * radius).contains(column) {
                #expect(soft[0].pixels[pixel] == hard[0].pixels[pixel])
                inside += 1
            } else if row < radius - radius / 4 || row >= 3 * radius + radius / 4 || column < 0 || column >= 2 * radius + radius / 2 {
                #expect(soft[0].pixels[pixel] == frames[0].pixels[pixel])
            }
        }
        #expect(inside == 4 * radius * radius && soft[0] != hard[0])
    }

    /// Of the faded square a face takes what its lower edge encloses, up to the nose and from a quarter of R within the cheeks on; from 0.3·R beyond the edge, and
    /// from 0.35·R above the nose on, the frame is its own.
    @Test func aFaceTakesWhatItsEdgeEncloses() throws {
        let points = try Self.landmarks(landmarks)[0], radius = Float(try vectors("dub/radius").values[0])
        var job = try job("square/")
        job.blend = .feather
        _ = try job.run(on: model())
        (job.output, job.blend) = (folder.file("face/"), .face)
        _ = try job.run(on: model())
        let (square, face) = (try results("square/")[0], try results("face/")[0])
        // The whole edge, closed far above the face, as a polygon of its own: how far beyond it a pixel is, by small steps along it.
        let middle = (points[0] + points[16]) / 2 - points[8], length = (middle * middle).sum().squareRoot()
        let up = middle * (4 * radius / length)
        func height(_ place: SIMD2<Float>) -> Float { ((place - points[8]) * middle).sum() / length }
        let corners = [points[0] + up] + points[...16] + [points[16] + up]
        let edge = corners.indices.flatMap { corner in
            (0..<400).map { corners[corner] + (corners[(corner + 1) % corners.count] - corners[corner]) * Float($0) / 400 }
        }
        var counts = (inside: 0, changed: 0, outside: 0)
        for row in 0..<140 {
            for column in 0..<112 {
                let place = SIMD2(Float(column) + 0.5, Float(row) + 0.5), pixel = 3 * (row * 112 + column)..<3 * (row * 112 + column) + 3
                let distance = edge.map { (($0 - place) * ($0 - place)).sum() }.min()!.squareRoot()
                // The angles under which the sides are seen add up to a whole turn from inside and to nothing from outside.
                let turn = corners.indices.reduce(Float(0)) { sum, corner in
                    let (a, b) = (corners[corner] - place, corners[(corner + 1) % corners.count] - place)
                    return sum + atan2(a.x * b.y - a.y * b.x, (a * b).sum())
                }
                let isInside = abs(turn) > 3, cell = radius / 16, above = height(place) - height(points[33])
                if isInside, distance > 0.25 * radius + cell, above < -cell {
                    #expect(face.pixels[pixel] == square.pixels[pixel], "inside at \(column), \(row)")
                    if square.pixels[pixel] != frames[0].pixels[pixel] { counts.inside += 1 }
                } else if !isInside && distance > 0.3 * radius + cell || above > 0.35 * radius + cell {
                    #expect(face.pixels[pixel] == frames[0].pixels[pixel], "outside at \(column), \(row)")
                    if square.pixels[pixel] != frames[0].pixels[pixel] { counts.outside += 1 }
                } else if face.pixels[pixel] != square.pixels[pixel] {
                    counts.changed += 1
                }
            }
        }
        #expect(counts.inside > 100 && counts.outside > 100 && counts.changed > 20, "\(counts)")
    }

    /// The frames' points of a table with names for its columns.
    private static func landmarks(_ path: String) throws -> [[SIMD2<Float>]] {
        let rows = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).map { line in
            line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        return try rows.dropFirst().map { row in
            try (0..<68).map { point in
                func value(_ name: String) throws -> Float {
                    let column = try #require(rows[0].firstIndex(of: "\(name)_\(point)"))
                    return try #require(Float(row[column]))
                }
                return SIMD2(try value("x"), try value("y"))
            }
        }
    }

    @Test func radiiEqualTheAuthors() throws {
        let operators = try ReferenceVectors.file("dinet/operators.safetensors")
        let windows = try operators("crop_radius/input0").values, expected = try operators("crop_radius/output0").values
        for (index, radius) in expected.enumerated() {
            let window = (0..<5).map { frame in
                FaceOutline(
                    (0..<68).map { point in
                        let place = ((index * 5 + frame) * 68 + point) * 2
                        return SIMD2(windows[place], windows[place + 1])
                    })
            }
            var found = 0
            if case .crop(let crop) = MouthCrop.finding(window[2], window: window, width: 640, height: 480) { found = crop.radius }
            #expect(found == Int(radius), "window \(index)")
        }
        #expect(expected.contains(0) && Set(expected).count > 3)
    }

    @Test func picturesOfEightBitsAreResizedAsByOpenCV() throws {
        let operators = try ReferenceVectors.file("dinet/operators.safetensors")
        for name in ["up", "up_odd", "down", "down_far"] {
            func picture(_ part: String) throws -> Picture {
                let tensor = try operators("resize_\(name)_u8/\(part)")
                return Self.pictures(tensor.reshaped([1] + tensor.shape))[0]
            }
            let expected = try picture("output0")
            let found = try picture("input0").resizedLinearly(width: expected.width, height: expected.height)
            #expect(found == expected, "\(name)")
        }
    }

    // MARK: Sources

    /// Forward, backward, forward, however few frames are held.
    @Test(arguments: [1, 2, 3, 7, 100]) func sourcesGoBackAndForth(_ capacity: Int) throws {
        let loop = BackAndForth(source, sequence: Array(0..<7), capacity: capacity)
        for place in 0..<33 {
            let turn = place % 14
            #expect(try loop.next() == frames[turn < 7 ? turn : 13 - turn], "\(place)")
        }
    }

    /// A video gives what its frames as pictures give.
    @Test func aVideoIsDubbedLikeItsFrames() throws {
        let video = folder.file("talk.mkv")
        let writer = try VideoWriter(
            path: video, width: 112, height: 140, frameRate: Rational(25, 1), timeBase: Rational(1, 25))
        for (index, frame) in frames.enumerated() { try writer.write(frame, time: Int64(index), duration: 1) }
        try writer.finish()
        let decoded = folder.file("decoded")
        try FileManager.default.createDirectory(atPath: decoded, withIntermediateDirectories: false)
        for (index, frame) in try Samples.frames(video).enumerated() { try frame.picture.write(to: decoded + "/\(index).png") }
        // 33 frames: forward, backward, forward, backward, and a beginning.
        var job = try job("of-video/")
        job.features = Tensor((0..<33).flatMap { row in (0..<29).map { Float(($0 * 7 + row * 3) % 11) } }, [33, 29])
        job.source = video
        _ = try job.run(on: model())
        (job.source, job.output) = (decoded, folder.file("of-frames/"))
        _ = try job.run(on: model())
        let (a, b) = (try results("of-video/"), try results("of-frames/"))
        #expect(a.count == 33 && a == b)
    }

    /// Of a video of another rate the nearest frames are shown.
    @Test func videosOfAnyRateAreShownAtTwentyFive() throws {
        let video = folder.file("slow.mkv")
        let writer = try VideoWriter(path: video, width: 112, height: 140, frameRate: Rational(25, 2), timeBase: Rational(2, 25))
        for (index, frame) in frames.enumerated() { try writer.write(frame, time: Int64(index), duration: 1) }
        try writer.finish()
        var job = try job("slow/")
        job.source = video
        let report = try job.run(on: model())
        #expect(report.notes.contains { $0.contains("7 frames at 25/2 a second are shown as 14 at 25") }, "\(report.notes)")
        // Twice the same frame, but for its mouth.
        let found = try results("slow/"), top = 0..<3 * 112 * 20
        #expect(found.count == 10 && found[1].pixels[top] == found[2].pixels[top] && found[2].pixels[top] != found[3].pixels[top])
    }

    /// A photo is its own references, however many the network reads.
    @Test func aPhotoSpeaks() throws {
        let rows = try String(contentsOfFile: landmarks, encoding: .utf8).split(separator: "\n").prefix(2)
        var job = try job("photo/")
        job.landmarks = try file("one.csv", rows.joined(separator: "\n"))
        (job.source, job.references) = (source + "/1.png", nil)
        let report = try job.run(on: model()), found = try results("photo/")
        #expect(report.references == [1, 1, 1, 1, 1] && found.count == 10 && found[0] != found[5])
    }

    /// Crops of found landmarks keep their size while a mouth moves, and may leave the picture.
    @Test func cropsOfFoundFacesAreSteady() {
        func outline(chin: Float, x: Float = 100) -> FaceOutline {
            var points = [SIMD2<Float>](repeating: SIMD2(x, 60), count: 68)
            (points[48], points[54], points[8]) = (SIMD2(x - 15, 100), SIMD2(x + 15, 100), SIMD2(x, chin))
            return FaceOutline(points)
        }
        let shut = outline(chin: 120), open = outline(chin: 132), other = outline(chin: 220)
        let crops = [shut, open].map { MouthCrop.steady($0, window: [shut, open, other], width: 200, height: 200) }
        #expect(crops[0]?.radius == 40 && crops[1]?.radius == 40)
        #expect(MouthCrop.steady(shut, window: [shut], width: 200, height: 200)?.radius == 32)
        let edge = outline(chin: 120, x: 20)
        #expect(MouthCrop.steady(edge, window: [edge], width: 200, height: 200)?.left == -20)
        #expect(MouthCrop.steady(outline(chin: 120, x: -20), window: [edge], width: 200, height: 200) == nil)
    }

    @Test func soundGoesIntoTheResult() throws {
        var job = try job("out.mp4")
        job.audio = Fixture.path("media/only-sound.m4a")
        let report = try job.run(on: model())
        let reader = try FrameReader(folder.file("out.mp4"))
        #expect(report.warnings.isEmpty && reader.hasAudio && reader.width == 112 && reader.height == 140)
        #expect(abs(reader.frameRate.value - 25) < 0.01 && report.frames == 10)
    }

    /// The default references are open mouths, spread, and the same whenever they are asked.
    @Test func referencesAreChosen() throws {
        var first = try job("a/")
        first.references = nil
        let report = try first.run(on: model()), chosen = try #require(report.references)
        #expect(Set(chosen).count == 5 && chosen == chosen.sorted() && chosen.allSatisfy { (1...7).contains($0) })
        #expect(report.notes.contains { $0.contains("references: frames \(chosen.map(String.init).joined(separator: ","))") })
        var second = try job("b/")
        second.references = chosen
        _ = try second.run(on: model())
        #expect(try results("a/") == results("b/"))
    }

    /// A face in another light is painted in it: what the small model paints of a picture whose channels are weakened is what it paints of the
    /// picture, weakened. Of a black-and-white picture it is black and white, and of a brown one brown.
    @Test func mouthsArePaintedInTheFacesTone() throws {
        let small = try ModelLocator.model("dub"), rows = Tensor([0, 0, 0, 0.8, 0.3, 0, 0.4, -0.5, 0.9], [3, 3])
        func dubbed(_ name: String, _ change: (SIMD3<Float>) -> SIMD3<Float>) throws -> (before: Picture, after: [Picture]) {
            let before = Picture(width: 112, height: 140) { pixels in
                for p in 0..<112 * 140 {
                    let own = SIMD3((0..<3).map { Float(frames[0].pixels[3 * p + $0]) }) * 0.6 + 60
                    for channel in 0..<3 { pixels[3 * p + channel] = UInt8(change(own)[channel].rounded()) }
                }
            }
            try before.write(to: folder.file(name + ".png"))
            let table = try String(contentsOfFile: landmarks, encoding: .utf8).split(separator: "\n").prefix(2).joined(separator: "\n")
            var job = DubbingJob(source: folder.file(name + ".png"), features: rows, output: folder.file(name + "/"))
            job.landmarks = try file(name + ".csv", table)
            _ = try job.run(on: small)
            return (before, try results(name + "/"))
        }
        func difference(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).map { abs($0 - $1) }.reduce(0, +) / Float(a.count) }
        let tone = SIMD3<Float>(1, 0.85, 0.6)
        let plain = try dubbed("plain") { $0 }, toned = try dubbed("toned") { $0 * tone }
        for (a, b) in zip(plain.after, toned.after) {
            let wanted = a.pixels.enumerated().map { Float($1) * tone[$0 % 3] }
            #expect(difference(b.pixels.map(Float.init), wanted) < 0.7)
        }
        func level(_ color: SIMD3<Float>) -> Float { (color * SIMD3(0.299, 0.587, 0.114)).sum() }
        let gray = try dubbed("gray") { SIMD3(repeating: level($0)) }, brown = try dubbed("brown") { level($0) * SIMD3(1, 0.8, 0.6) }
        for (after, tone) in [(gray.after, SIMD3<Float>(1, 1, 1)), (brown.after, SIMD3(1, 0.8, 0.6))] {
            for p in 0..<112 * 140 {
                let color = SIMD3((0..<3).map { Float(after[1].pixels[3 * p + $0]) }) / tone
                guard color.max() - color.min() <= 4 else {
                    Issue.record("\(color) at \(p % 112), \(p / 112)")
                    break
                }
            }
            #expect(after[1] != after[0])
        }
    }

    /// Away from the mouth nothing is brighter or darker, in any channel, than all that the frame has nearby; the mouth is as it was painted, and so
    /// is what has colors of the frame.
    @Test func stainsTakeColorsThatAreNear() {
        let layout = MouthLayout(side: 64), (height, width) = (layout.height, layout.width), size = height * width
        var random = RandomSource(seed: 3)
        let own = Tensor((0..<3 * size).map { _ in 0.4 + 0.2 * random.uniform() }, [1, 3, height, width])
        var painted = Tensor(own.values, own.shape).values
        // A stain beside the jaw, a white tooth, and a shift by two pixels, which stays among the colors that are near.
        let (stain, tooth) = (80 * width + 16, 72 * width + 40)
        for channel in 0..<3 {
            for row in 2..<height { painted[channel * size + row * width + 60] = own.values[channel * size + (row - 2) * width + 60] }
            (painted[channel * size + stain], painted[channel * size + tooth]) = (channel == 0 ? 1 : 0, 0.95)
        }
        let result = NearbyColors.bounded(
            Tensor(painted, own.shape), by: own, layout: layout, middle: SIMD2(40, 70), breadth: 14
        ).values
        for channel in 0..<3 {
            let plane = Array(own.values[channel * size..<(channel + 1) * size])
            let near = (74...86).flatMap { row in (10...22).map { plane[row * width + $0] } }
            #expect(result[channel * size + stain] == (channel == 0 ? near.max()! : near.min()!))
            #expect(result[channel * size + tooth] == 0.95)
        }
        let changed = result.indices.filter { result[$0] != painted[$0] }
        #expect(changed == (0..<3).map { $0 * size + stain }, "\(changed.count)")
    }

    /// Mouths that grin are no references where there are others, however wide open; where all grin they are.
    @Test func grinsAreNoReferences() throws {
        let points = try Self.landmarks(landmarks)[0]
        func table(_ name: String, grinning: Set<Int>) throws -> String {
            let rows = (1...7).map { frame in
                var points = points
                if grinning.contains(frame) {
                    let middle = (points[48] + points[54]) / 2
                    for corner in [48, 54, 60, 64] { points[corner] = middle + 1.3 * (points[corner] - middle) }
                    points[66].y += 6
                }
                return "\(frame),0,0,1,1," + (points.map(\.x) + points.map(\.y)).map { "\($0)" }.joined(separator: ",")
            }
            return try file(name, rows.joined(separator: "\n") + "\n")
        }
        func chosen(_ name: String, grinning: Set<Int>) throws -> [Int]? {
            var job = try job(name + "/")
            (job.references, job.landmarks) = (nil, try table(name + ".csv", grinning: grinning))
            return try job.run(on: model()).references
        }
        #expect(try chosen("two", grinning: [2, 6]) == [1, 3, 4, 5, 7])
        // Where only one does not grin, each part of the film gives the mouth that is widest open.
        #expect(try chosen("six", grinning: [1, 2, 3, 5, 6, 7]) == [1, 2, 3, 5, 6])
    }

    // MARK: Bad input

    private func problem(_ change: (inout DubbingJob) throws -> Void) -> String {
        do {
            var job = try self.job("never/")
            try change(&job)
            _ = try job.run(on: model())
            return "none"
        } catch {
            return "\(error)"
        }
    }

    private func file(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
        return folder.file(name)
    }

    @Test func badJobsAreRefusedInOneLine() throws {
        let table = try String(contentsOfFile: landmarks, encoding: .utf8).split(separator: "\n").map(String.init)
        func changed(_ name: String, _ change: (inout [[String]]) -> Void) throws -> String {
            var cells = table.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
            change(&cells)
            return try file(name, cells.map { $0.joined(separator: ",") }.joined(separator: "\n"))
        }
        let far = try changed("far.csv") { cells in for column in 73..<141 { cells[3][column] = "120" } }
        let large = try changed("large.csv") { cells in
            cells[6][5 + 48] = "35"
            cells[6][5 + 54] = "85"
        }
        let short = try changed("short.csv") { $0.removeLast() }, gap = try changed("gap.csv") { $0.remove(at: 2) }
        let narrow = try changed("narrow.csv") { $0 = $0.map { Array($0.prefix(140)) } }
        let word = try changed("word.csv") { $0[2][20] = "wide" }
        let cases: [(String, (inout DubbingJob) throws -> Void)] = [
            ("has landmarks of 6 frames, and \(source) has 7", { $0.landmarks = short }),
            ("line 3: expected frame 2, found 3", { $0.landmarks = gap }),
            ("expected columns x_0 to x_67 and y_0 to y_67, found 140 columns", { $0.landmarks = narrow }),
            ("line 3, column 21: expected a number, found \"wide\"", { $0.landmarks = word }),
            ("frame 3: what is cut around the face", { $0.landmarks = far }),
            ("frame 4: the face is more than half as large again", { $0.landmarks = large }),
            ("has no frame 8 for a reference: it has 7 frames", { $0.references = [1, 2, 3, 4, 8] }),
            ("has no frame 0 for a reference", { $0.references = [0, 2, 3, 4, 5] }),
            ("expected 5 reference frames, as the network reads them, found 3", { $0.references = [1, 2, 3] }),
            ("the networks that find faces are not here", { $0.landmarks = nil }),
            ("no such file", { $0.source = "nowhere" }),
            ("no such file", { $0.landmarks = "nowhere.csv" }),
            ("holds no sound", { $0.audio = $0.source + "/1.png" }),
            ("is one of the inputs", { $0.output = $0.source + "/" }),
        ]
        for (said, change) in cases {
            let problem = problem(change)
            #expect(problem.contains(said) && !problem.contains("\n"), "\(problem), not \(said)")
        }
        #expect(!folder.names.contains("never"))
    }

    @Test func shortSourcesAndOddFramesAreRefused() throws {
        try FileManager.default.removeItem(atPath: source + "/7.png")
        try frames[0].resized(width: 110, height: 140).write(to: source + "/7.png")
        #expect(problem { _ in }.contains("frame 7 has 110×140 pixels, and the first 112×140"))
        for index in 5...7 { try FileManager.default.removeItem(atPath: source + "/\(index).png") }
        let rows = try String(contentsOfFile: landmarks, encoding: .utf8).split(separator: "\n").prefix(5)
        let four = try file("four.csv", rows.joined(separator: "\n"))
        #expect(
            problem { ($0.landmarks, $0.references) = (four, nil) }.contains("has 4 frames, and the network reads 5 of them as references"))
        // References may be named more than once.
        #expect(problem { ($0.landmarks, $0.references, $0.output) = (four, [1, 1, 2, 4, 4], folder.file("fine/")) } == "none")
        #expect(try results("fine/").count == 10)
    }

    @Test func modelsThatDoNotDubAreRefused() throws {
        let model = try ModelLocator.model(Fixture.path("fomm/fomm-adv-tiny.pth.tar"))
        let error = #expect(throws: FileError.self) { try job("never/").run(on: model) }
        #expect(error.map { "\($0)".contains("which dubs no videos") } == true)
    }
}
