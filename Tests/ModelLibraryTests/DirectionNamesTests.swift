import Files
import Foundation
import ModelLibrary
import Networks
import Testing
import TestSupport

@Suite struct DirectionNamesTests {
    private static func controls(_ count: Int) -> [Control] { (1...count).map { Control(number: $0, range: -3...3) } }

    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func names(_ text: String? = nil, count: Int = 20) throws -> DirectionNames {
        if let text { try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("directions.json"))) }
        return try DirectionNames(modelFolder: folder.path, controls: Self.controls(count))
    }

    @Test func namesAreKeptBesideTheModel() throws {
        var names = try names()
        #expect(names.entries.isEmpty && names.name(of: 8) == nil && names.label(of: 8) == "8")
        try names.set(8, name: "  nod ", range: -2...3)
        try names.set(6, name: "Auge zu", range: nil)
        try names.set(2, name: nil, range: -1...1)
        try names.write()
        #expect(folder.names == ["directions.json"])
        let read = try self.names()
        #expect(read == names)
        #expect(read.name(of: 8) == "nod" && read.range(of: 8) == -2...3 && read.label(of: 8) == "8 nod")
        #expect(read.entries.map(\.number) == [2, 6, 8])
        // Again, over the file that is there.
        try names.set(8, name: nil, range: nil)
        try names.write()
        #expect(try self.names().entries.map(\.number) == [2, 6])
    }

    @Test func gainsAreKeptWhateverADirectionIsCalled() throws {
        var names = try names(count: 4)
        #expect(names.gains == nil)
        try names.setGain(2, 1.5)
        try names.set(3, name: "nod", range: nil)
        try names.setGain(3, 2)
        try names.set(3, name: nil, range: nil)
        try names.setGain(4, 1)
        try names.write()
        let read = try self.names(count: 4)
        #expect(read == names && read.gain(of: 3) == 2 && read.gain(of: 4) == nil)
        #expect(read.gains == [1, 1.5, 2, 1].map { DirectionGain($0) })
        #expect(read.entries.map(\.number) == [2, 3])
        try names.set(2, name: nil, range: -1...4)
        #expect(names.gains?[1] == DirectionGain(1.5, limits: -1...4))
        try names.set(2, name: nil, range: nil)
        for (number, gain) in [(5, Float(1)), (1, 0), (1, 10.5), (1, -1), (1, .nan)] {
            #expect(throws: DirectionError.self) { try names.setGain(number, gain) }
        }
        for number in [2, 3] { try names.setGain(number, nil) }
        #expect(names.gains == nil && names.entries.isEmpty)
    }

    @Test func numbersAndNamesLeadToTheSameDirection() throws {
        let names = try names(#"{"format_version":1,"directions":[{"number":8,"name":"Nod","low":-2,"high":3}]}"#)
        for text in ["8", "nod", "NOD", " 8", "08"] { #expect(try names.number(of: text) == 8, "\(text)") }
        for bad in ["0", "21", "nodd", "-1", "8.0", "", "٨", "99999999999999999999"] {
            let error = #expect(throws: DirectionError.self) { try names.number(of: bad) }
            #expect(error?.description.contains("1 to 20") == true)
        }
        let unknown = #expect(throws: DirectionError.self) { try names.number(of: "wink") }
        #expect(unknown?.description.contains("Nod") == true)
    }

    @Test(arguments: [
        "", " ", "7", "-7", "1.5", "4-8", "1e5", "inf", "nan", "a,b", "a=b", "a\u{7}b", "a\nb", "a\u{202E}b", "😀",
        String(repeating: "n", count: 41), "n" + String(repeating: "\u{301}", count: 200),
    ])
    func namesThatWouldBeMisreadAreRefused(_ name: String) throws {
        var names = try names()
        #expect(throws: DirectionError.self) { try names.set(1, name: name, range: nil) }
        #expect(names.entries.isEmpty)
    }

    @Test func namesAreUniqueAndNumbersExist() throws {
        var names = try names()
        try names.set(3, name: "nod", range: nil)
        try names.set(3, name: "Nod", range: nil)
        #expect(throws: DirectionError.self) { try names.set(4, name: "NOD", range: nil) }
        for number in [0, -1, 21] { #expect(throws: DirectionError.self) { try names.set(number, name: "x", range: nil) } }
        for range in [Float(1)...1, 0...Float.infinity] {
            #expect(throws: DirectionError.self) { try names.set(5, name: "x", range: range) }
        }
        #expect(names.entries.map(\.name) == ["Nod"])
    }

    @Test(arguments: [
        ("", "no JSON"), ("{", "no JSON"), ("[]", "another type"), ("{}", "format_version"),
        (#"{"format_version":2,"directions":[]}"#, "format_version 1, found 2"),
        (#"{"format_version":1,"directions":[{"name":"nod"}]}"#, "number is missing"),
        (#"{"format_version":1,"directions":[{"number":21,"name":"nod"}]}"#, "direction 21"),
        (#"{"format_version":1,"directions":[{"number":1,"name":"a=b"}]}"#, "a=b"),
        (#"{"format_version":1,"directions":[{"number":1,"name":"a","low":1}]}"#, "no range"),
        (#"{"format_version":1,"directions":[{"number":1,"name":"a","low":3,"high":-3}]}"#, "no range"),
        (#"{"format_version":1,"directions":[{"number":1,"gain":0}]}"#, "gain of direction 1"),
        (#"{"format_version":1,"directions":[{"number":1,"name":"a"},{"number":1,"name":"b"}]}"#, "twice"),
        (#"{"format_version":1,"directions":[{"number":1,"name":"a"},{"number":2,"name":"A"}]}"#, "already"),
    ])
    func damagedFilesAreSaid(_ text: String, _ words: String) throws {
        let error = #expect(throws: FileError.self) { try names(text) }
        #expect(error?.side == .input && error?.description.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.path.hasSuffix("directions.json") == true)
    }

    @Test func placesWithoutAFolderAreSaid() throws {
        var bare = try DirectionNames(modelFolder: nil, controls: Self.controls(20))
        try bare.set(1, name: "nod", range: nil)
        #expect(try bare.number(of: "nod") == 1)
        let error = #expect(throws: FileError.self) { try bare.write() }
        #expect(error?.side == .output && error?.description.contains("lia convert") == true)
        let forbidden = try DirectionNames(modelFolder: geteuid() == 0 ? "/sys" : "/", controls: Self.controls(20))
        #expect(throws: FileError.self) { try forbidden.write() }
    }

    @Test func editsAddToWhatTheyName() throws {
        var names = try names(count: 6)
        try names.set(2, name: "nod", range: nil)
        #expect(try DirectionEdit("nod=1.5, 6 = -2").offsets(names) == [0, 1.5, 0, 0, 0, -2])
        #expect(try DirectionEdit("nod=1.5,6=-2").description == "nod=1.5,6=-2.0")
        let joined = try [DirectionEdit("nod=1.5"), DirectionEdit("6=-2")]
        #expect(try DirectionEdit(joining: joined)?.offsets(names) == [0, 1.5, 0, 0, 0, -2] && DirectionEdit(joining: []) == nil)
        for bad in ["", "nod", "nod=", "=1", "nod=1=2", "nod=x", "nod=nan", "nod=inf", "nod=1001", "nod=1,", ",", "nod:1"] {
            #expect(throws: DirectionError.self, "\(bad)") { try DirectionEdit(bad) }
        }
        for bad in ["7=1", "nodd=1", "nod=1,2=1"] {
            #expect(throws: DirectionError.self, "\(bad)") { try DirectionEdit(bad).offsets(names) }
        }
    }

    @Test func listsTakeNumbersRangesAndNames() throws {
        var names = try names()
        try names.set(12, name: "left-right", range: nil)
        #expect(try DirectionList("1,4-8,left-right").numbers(names) == [1, 4, 5, 6, 7, 8, 12])
        #expect(try DirectionList("8, 1 ,7-9").numbers(names) == [8, 1, 7, 9])
        #expect(try DirectionList("3-3").numbers(names) == [3])
        for bad in ["", ",", "1,,2", "1,"] { #expect(throws: DirectionError.self, "\(bad)") { try DirectionList(bad) } }
        for bad in ["0", "21", "1-21", "8-4", "1-2-3", "-3", "3-", "nod"] {
            #expect(throws: DirectionError.self, "\(bad)") { try DirectionList(bad).numbers(names) }
        }
    }
}
