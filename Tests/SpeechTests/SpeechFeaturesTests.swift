import Files
import Foundation
import Speech
import TestSupport
import Tensors
import Testing

/// Features of speech in files.
@Suite struct SpeechFeaturesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
        return folder.file(name)
    }

    private func array(_ header: String, _ values: [UInt8], version: UInt8 = 1) throws -> String {
        let text = Array((header + "\n").utf8), count = UInt32(text.count)
        let length = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
        return try file("\(UUID().uuidString).npy", [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + values)
    }

    private func bytes<Value>(_ values: [Value]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

    private func problem(_ path: String, _ values: Int = 3) -> String {
        do {
            return "\(try SpeechFeatures.read(path, values: values).shape)"
        } catch {
            return "\(error)"
        }
    }

    @Test func arraysAreRead() throws {
        let values: [Float] = [1, 2, 3, -4, 5.5, 6]
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
        #expect(try SpeechFeatures.read(array(header, bytes(values)), values: 3).values == values)
        #expect(try SpeechFeatures.read(array(header, bytes(values), version: 2), values: 3).values == values)
        let wide = try array(header.replacingOccurrences(of: "f4", with: "f8"), bytes(values.map(Double.init)))
        #expect(try SpeechFeatures.read(wide, values: 3).values == values)
        let vectors = try ReferenceVectors.file("dinet/cases.safetensors")
        #expect(
            try SpeechFeatures.read(Fixture.path("dinet/features.npy"), values: 29).values == vectors("dub/features").values)
    }

    @Test func textIsRead() throws {
        for text in ["1,2,3\n-4,5.5,6\n", "1 2 3\n-4 5.5 6", "1.0,\t2.0, 3e0\r\n\r\n-4;5.5;6\r\n"] {
            #expect(try SpeechFeatures.read(file("a.csv", Array(text.utf8)), values: 3).values == [1, 2, 3, -4, 5.5, 6], "\(text)")
        }
    }

    /// Of what no mouth does networks paint anything.
    @Test func mouthsDoNoMoreThanTheyCan() throws {
        func mouths(_ text: String) throws -> String {
            do {
                return "\(try SpeechFeatures.readMouths(file("m.csv", Array(text.utf8))).values)"
            } catch {
                return "\(error)"
            }
        }
        #expect(try mouths("2,-1.5,-0.5\n-0.5,1.5,2") == "[2.0, -1.5, -0.5, -0.5, 1.5, 2.0]")
        #expect(try mouths("0,0,0\n0,0,1e30").contains("m.csv: row 2: pucker is 1e+30, expected -0.5 to 2"))
        #expect(try mouths("0,-1.6,0").contains("row 1: wide is -1.6, expected -1.5 to 1.5"))
        #expect(try mouths("0,0").contains("expected 3 values a row, found 2; the features are how far a mouth is open, wide and puckers"))
    }

    @Test func badFilesAreRefusedInOneLine() throws {
        func header(_ kind: String, _ order: String, _ shape: String) -> String {
            "{'descr': '\(kind)', 'fortran_order': \(order), 'shape': \(shape), }"
        }
        let six = bytes([Float](repeating: 1, count: 6))
        for (said, path) in [
            ("expected 3 values a row, found 2", try file("a.txt", Array("1 2\n3 4".utf8))),
            ("line 2: expected 3 values as in the first row, found 2", try file("b.txt", Array("1 2 3\n3 4".utf8))),
            ("line 1: expected a number, found \"a\"", try file("c.txt", Array("a,b,c\n1,2,3".utf8))),
            ("no finite numbers", try file("d.txt", Array("1,2,nan".utf8))), ("is empty", try file("e.txt", [])),
            ("holds no rows", try file("f.txt", Array("\n\n".utf8))), ("no such file", folder.file("nowhere")),
            ("in Fortran order", try array(header("<f4", "True", "(2, 3)"), six)),
            ("expected values of the type float32 or float64, found \"<i4\"", try array(header("<i4", "False", "(2, 3)"), six)),
            ("expected an array of two dimensions, rows by values, found 1", try array(header("<f4", "False", "(6,)"), six)),
            ("expected 3×3 values, found 6", try array(header("<f4", "False", "(3, 3)"), six)),
            ("expected 1×3 values, found 6", try array(header("<f4", "False", "(1, 3)"), six)),
            ("values, found 6", try array(header("<f4", "False", "(3000000000, 9000000000)"), six)),
            ("is a damaged NumPy array", try array("{}", six)), ("holds no rows", try array(header("<f4", "False", "(0, 3)"), [])),
            ("is a damaged NumPy array", try file("g.npy", [0x93] + Array("NUMPY".utf8) + [1, 0])),
        ] {
            let problem = problem(path)
            #expect(problem.contains(said) && !problem.contains("\n"), "\(problem), not \(said)")
        }
    }
}
