import Foundation
import Media
import Networks
import Service
import TestSupport
import Testing

/// What can be asked for, on a family that no file outside of the tests knows.
@Suite(.timeLimit(.minutes(5))) struct AnimationServiceTests {
    private let folder: TemporaryFolder
    private let pipe: ServedPipe
    private let source = Samples.picture(width: 96, height: 80)

    init() throws {
        folder = try TemporaryFolder()
        try ToyNetwork.write(gain: 1, to: folder.file("toy.safetensors"))
        pipe = try ServedPipe()
    }

    private func load() throws -> Int {
        try #require(try pipe.ask("load", ["model": folder.file("toy.safetensors")]).result["model"] as? Int)
    }

    private func portrait(_ model: Int, _ params: [String: Any] = ["crop": "centre"]) throws -> Int {
        let answer = try pipe.ask(
            "portrait",
            params.merging(["model": model]) { a, _ in a }.merging(
                ["width": source.width, "height": source.height]) { a, _ in a }, source.pixels)
        return try #require(answer.result["portrait"] as? Int, "\(answer.line)")
    }

    private func numbers(_ bytes: [UInt8]) -> [Float] {
        stride(from: 0, to: bytes.count, by: 4).map { first in
            Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[first + $1]) << UInt32(8 * $1) })
        }
    }

    @Test func aModelIsDescribed() throws {
        let answer = try pipe.ask("load", ["model": folder.file("toy.safetensors")]).result
        #expect(answer["family"] as? String == "toy" && answer["name"] as? String == "toy")
        #expect(answer["input_size"] as? Int == 32 && answer["output_size"] as? Int == 64 && answer["motion_values"] as? Int == 2)
        let directions = try #require(answer["directions"] as? [[String: Any]])
        #expect(directions.map { $0["name"] as? String } == ["across", "down"] && directions[1]["high"] as? Double == 0.5)
        #expect(answer["drives_directions"] as? Bool == true)
        let wrong = try pipe.ask("load", ["model": "nowhere"])
        #expect(wrong.error?["code"] as? Int == 65 && wrong.message.hasPrefix("nowhere: no such model or file"))
        pipe.end()
    }

    /// The toy shifts its picture by how far the motion is from its own.
    @Test func editsAreTheFamilys() throws {
        let number = try portrait(try load())
        let still = try pipe.ask("edit", ["portrait": number]), moved = try pipe.ask("edit", ["portrait": number, "set": ["across": 0.25]])
        #expect(still.result["width"] as? Int == 64 && still.bytes.count == 64 * 64 * 3)
        func pixel(_ bytes: [UInt8], _ x: Int, _ y: Int) -> [UInt8] { Array(bytes[3 * (y * 64 + x)..<3 * (y * 64 + x) + 3]) }
        for (x, y) in [(20, 30), (40, 11), (63, 63)] { #expect(pixel(moved.bytes, x, y) == pixel(still.bytes, x - 8, y)) }
        #expect(try pipe.ask("edit", ["portrait": number, "set": "1=0.25"]).bytes == moved.bytes)
        let sweep = try pipe.ask("sweep", ["portrait": number, "direction": "across", "amounts": [0, 0.25, -1]])
        #expect(sweep.result["count"] as? Int == 3 && sweep.bytes.prefix(2 * still.bytes.count) == (still.bytes + moved.bytes)[...])
        pipe.end()
    }

    /// A portrait that was cut out by hand stands in its picture again.
    @Test func portraitsArePastedBack() throws {
        let model = try load(), number = try portrait(model, ["crop": "48,40,64"])
        let pasted = try pipe.ask("edit", ["portrait": number, "set": ["across": 0.5]])
        #expect(pasted.result["width"] as? Int == 96 && pasted.result["height"] as? Int == 80)
        // Beside the square nothing changes.
        #expect(Array(pasted.bytes[0..<30]) == Array(source.pixels[0..<30]) && pasted.bytes != source.pixels)
        let alone = try portrait(model, ["crop": "48,40,64", "paste_back": false, "size": 128])
        #expect(try pipe.ask("edit", ["portrait": alone]).result["width"] as? Int == 128)
        pipe.end()
    }

    @Test func picturesAndFilesAndMotionDriveAlike() throws {
        let model = try load(), number = try portrait(model)
        let frames = (0..<5).map { Samples.picture(width: 64, height: 64, shift: 0.1 * Double($0)) }
        try FileManager.default.createDirectory(atPath: folder.file("frames"), withIntermediateDirectories: true)
        for (index, frame) in frames.enumerated() { try frame.write(to: folder.file("frames/\(index).png"), overwrite: false) }

        func animation(_ params: [String: Any]) throws -> Int {
            let answer = try pipe.ask("animate", params.merging(["portrait": number]) { a, _ in a })
            return try #require(answer.result["animation"] as? Int, "\(answer.line)")
        }
        func driving(_ params: [String: Any]) throws -> Int {
            let answer = try pipe.ask("open", params.merging(["portrait": number, "crop": "none"]) { a, _ in a })
            return try #require(answer.result["driving"] as? Int, "\(answer.line)")
        }
        for mode in ["relative", "absolute"] {
            let sent = try animation(["driving": try driving([:]), "mode": mode])
            var expected: [UInt8] = []
            for part in [frames[..<1], frames[1..<4], frames[4...]] {
                expected += try pipe.ask("frames", ["animation": sent], pictures: Array(part)).bytes
            }
            #expect(expected.count == 5 * 64 * 64 * 3)
            #expect(Set((0..<5).map { expected[$0 * 64 * 64 * 3..<($0 + 1) * 64 * 64 * 3] }).count == 5)

            let read = try animation(["driving": try driving(["path": folder.file("frames")]), "mode": mode])
            let first = try pipe.ask("frames", ["animation": read, "count": 3]),
                rest = try pipe.ask("frames", ["animation": read, "count": 3])
            #expect(first.bytes + rest.bytes == expected && rest.result["count"] as? Int == 2)
            #expect(first.result["is_last"] as? Bool == false && rest.result["is_last"] as? Bool == true)
            #expect(rest.result["times"] as? [Double] == [0.12, 0.16])
            #expect(try pipe.ask("frames", ["animation": read]).result["count"] as? Int == 0)

            let motion = try pipe.ask("encode", ["driving": try driving(["path": folder.file("frames")]), "count": 5])
            #expect(motion.result["values"] as? Int == 2 && numbers(motion.bytes).count == 10)
            let given = try animation(["mode": mode])
            #expect(try pipe.ask("frames", ["animation": given, "count": 5], motion.bytes).bytes == expected)
        }
        let part = try pipe.ask("encode", ["driving": try driving(["path": folder.file("frames"), "frames": "2..3"]), "count": 5])
        #expect(part.result["count"] as? Int == 2)
        pipe.end()
    }

    @Test func wrongParameters() throws {
        let model = try load(), number = try portrait(model)
        let size: [String: Any] = ["width": 20, "height": 20]
        let cases: [(String, [String: Any], Int, String)] = [
            ("load", ["model": 3], 0, "model: expected a text, found 3"),
            ("portrait", ["model": 99], 0, "model: there is no model 99, or it was released"),
            ("portrait", ["model": model], 0, "width: expected a whole number from 16"),
            ("portrait", size.merging(["model": model]) { $1 }, 1199, "bytes: a picture of 20×20 pixels has 1200, found 1199"),
            ("portrait", ["model": model, "width": 100_000, "height": 100_000], 3, "expected at most 100000000 pixels"),
            ("portrait", ["model": model, "path": "nowhere.png"], 0, "nowhere.png: no such file"),
            ("portrait", ["model": model, "path": "nowhere.png"], 3, "bytes: a path is given"),
            ("portrait", size.merging(["model": model, "crop": "here"]) { $1 }, 1200, "crop: expected face, follow, centre"),
            ("portrait", size.merging(["model": model, "crop": "400,400,20"]) { $1 }, 1200, "wants a square on the picture"),
            ("portrait", size.merging(["model": model, "face": 2, "crop": "centre"]) { $1 }, 1200, "face: chooses the face"),
            ("portrait", size.merging(["model": model, "size": 7]) { $1 }, 1200, "size: expected a whole number from 16 to 4096, found 7"),
            ("edit", ["portrait": number, "set": ["up": 1]], 0, "there is no direction \"up\""),
            ("edit", ["portrait": number, "set": ["across": "much"]], 0, "set.across: expected a number, found \"much\""),
            ("edit", ["portrait": number, "set": ["across": 1e9]], 0, "expected a number from -1000 to 1000"),
            ("edit", ["portrait": true], 0, "portrait: expected a whole number"),
            ("sweep", ["portrait": number, "direction": 1, "amounts": []], 0, "amounts: expected a list of 1 to 256 numbers"),
            ("sweep", ["portrait": number, "direction": 3, "amounts": [1]], 0, "there is no direction 3"),
            ("sweep", ["portrait": number, "direction": 1, "amounts": [1e300]], 0, "each finite"),
            ("open", ["portrait": number, "crop": "follow"], 0, "a square that follows the face is laid by all frames"),
            ("open", ["portrait": number, "frames": "1..2"], 0, "frames: is for a file's frames"),
            ("open", ["portrait": number, "path": "x", "frames": "2..1"], 0, "frames: expected a range such as 10..60, found \"2..1\""),
            ("animate", ["portrait": number, "mode": "both"], 0, "mode: expected relative or absolute, found \"both\""),
            ("animate", ["portrait": number, "only": [1], "without": [2]], 0, "only and without exclude each other"),
            ("animate", ["portrait": number, "smooth": 2], 0, "smooth: expected a number from 0 to 1, found 2"),
            ("frames", ["animation": 1], 0, "animation: there is no animation 1"),
            ("release", [:], 0, "expected one of model, portrait, driving and animation"),
            ("release", ["model": 77], 0, "there is no model 77"),
        ]
        for (method, params, count, message) in cases {
            let answer = try pipe.ask(method, params, [UInt8](repeating: 9, count: count))
            #expect(answer.message.contains(message), "\(method) \(params): \(answer.line)")
        }
        // And it goes on.
        #expect(try pipe.ask("edit", ["portrait": number]).error == nil)
        pipe.end()
        #expect(pipe.failure == nil)
    }

    @Test func motionIsCheckedAsItComes() throws {
        let number = try portrait(try load())
        let animation = try #require(try pipe.ask("animate", ["portrait": number]).result["animation"] as? Int)
        func frames(_ values: [Float]) throws -> ServedPipe.Answer {
            try pipe.ask("frames", ["animation": animation], values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })
        }
        #expect(try frames([1]).message.contains("a motion of 2 32-bit values has 8, found 4"))
        #expect(try frames([1, .infinity]).message.contains("not finite"))
        #expect(try frames([.nan, .nan]).bytes.count == 64 * 64 * 3)
        #expect(try frames([0.1, 0.2]).bytes.count == 64 * 64 * 3)
        pipe.end()
    }

    /// What is released is gone, and makes room.
    @Test func roomIsLimited() throws {
        var limits = ServiceLimits()
        limits.objects = 3
        let pipe = try ServedPipe(limits: limits)
        let model = try #require(try pipe.ask("load", ["model": folder.file("toy.safetensors")]).result["model"] as? Int)
        func portrait() throws -> ServedPipe.Answer {
            try pipe.ask(
                "portrait", ["model": model, "crop": "centre", "width": source.width, "height": source.height], source.pixels)
        }
        let first = try #require(try portrait().result["portrait"] as? Int)
        #expect(try portrait().error == nil)
        #expect(try portrait().message.contains("at most 3 models"))
        #expect(try pipe.ask("release", ["portrait": first]).error == nil)
        #expect(try pipe.ask("edit", ["portrait": first]).message.contains("or it was released"))
        #expect(try portrait().error == nil)
        // A portrait outlives its model's number.
        #expect(try pipe.ask("release", ["model": model]).error == nil)
        #expect(try pipe.ask("edit", ["portrait": first + 1]).error == nil)
        pipe.end()
    }
}
