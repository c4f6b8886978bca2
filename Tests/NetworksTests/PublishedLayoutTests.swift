import Foundation
import Networks
import Testing
import TestSupport

/// The 256 px network's tensors against the list of a published checkpoint's.
@Test func parametersHaveThePublishedNamesAndShapes() throws {
    let text = try String(contentsOfFile: Fixture.path("reference/lia-256.parameters.txt"), encoding: .utf8)
    var published: [String: String] = [:]
    for line in text.split(separator: "\n") {
        let space = line.firstIndex(of: " ")!
        published[String(line[..<space])] = String(line[line.index(after: space)...])
    }
    #expect(published.count == 185)
    let lia = LIA(.published256, seed: 1)
    for parameter in lia.parameters {
        #expect(published.removeValue(forKey: parameter.name) == "\(parameter.shape)", "\(parameter.name)")
    }
    // What is left is what animation never uses.
    let unused = published.keys.filter {
        !$0.hasSuffix(".kernel") && !$0.hasSuffix("noise.weight") && !$0.hasPrefix("dec.to_rgb1.")
    }
    #expect(unused.isEmpty, "\(unused)")
    // A checkpoint for the authors' own program has those too.
    let member = try #require(lia.authorsCheckpoint?.first), learned = Set(lia.parameters.map(\.name))
    #expect(member.key == "gen" && member.tensors.count == 185)
    for (name, tensor) in member.tensors where !learned.contains(name) {
        #expect(published.removeValue(forKey: name) == "\(tensor.shape)", "\(name)")
    }
    #expect(published.isEmpty)
}
