import Checkpoints
import Files
import Foundation
import ModelLibrary
import Networks
import Tensors
import TestSupport
import Testing

/// A network under the names that training scripts put around it.
struct WrappedCheckpointTests {
    private let folder: TemporaryFolder
    private let tensors: [(name: String, tensor: Tensor)]

    init() throws {
        folder = try TemporaryFolder()
        let checkpoint = try Checkpoint.open(Fixture.path("reference/lia-tiny.pt")).network(with: ["enc.net_app.convs."])
        tensors = try checkpoint.entries.map { ($0.name, try checkpoint.tensor($0.name)) }
    }

    private func file(_ tensors: [(name: String, tensor: Tensor)]) throws -> String {
        let path = folder.file("\(UUID().uuidString).safetensors")
        try SafetensorsFile.write(tensors, to: path, overwrite: false)
        return path
    }

    private func under(_ prefix: String, times factor: Float = 1) -> [(name: String, tensor: Tensor)] {
        tensors.map { (prefix + $0.name, factor == 1 ? $0.tensor : Tensor($0.tensor.values.map { $0 * factor }, $0.tensor.shape)) }
    }

    private func expectNetwork(_ path: String, _ comment: Comment) throws {
        let network = try Families.network(Checkpoint.open(path))
        for parameter in network.parameters {
            let expected = tensors.first { $0.name == parameter.name }?.tensor.values
            #expect(expected == nil || parameter.value.values == expected!, "\(comment): \(parameter.name)")
        }
    }

    @Test(arguments: [
        "", "gen.", "module.", "_orig_mod.", "state_dict.", "model.", "generator.", "g_ema.", "ema.", "params.", "gen.module.",
        "state_dict.gen.", "state_dict.model._orig_mod.module.", "model.generator.", "params_ema.", "netG.", "whatever.it.is.called.",
    ])
    func theNetworkIsFound(prefix: String) throws {
        let other = [(name: "step", tensor: Tensor([3], [1])), (name: "dis.convs.0.weight", tensor: Tensor([1, 2], [2]))]
        try expectNetwork(try file(under(prefix) + (prefix.isEmpty ? [] : other)), "\(prefix)")
    }

    @Test func ofSeveralTheAverageIsTaken() throws {
        try expectNetwork(try file(under("gen.", times: 2) + under("g_ema.")), "g_ema")
        try expectNetwork(try file(under("state_dict.ema.module.") + under("state_dict.generator.", times: 2)), "ema")
        try expectNetwork(try file(under("model.", times: 2) + under("gen.")), "gen")
        let path = try file(under("one.") + under("two."))
        let error = #expect(throws: FileError.self) { try Families.network(Checkpoint.open(path)) }
        #expect(error?.problem.contains("'one.', 'two.'") == true && error?.problem.contains("2 such networks") == true)
    }

    @Test func addressesAreNamedAsSuch() {
        for address in ["https://example.org/vox.pt", "HTTP://example.org/vox.pt", "s3://bucket/vox.pt"] {
            let model = #expect(throws: FileError.self) { try ModelLocator.model(address) }
            #expect(model?.problem.contains("is an address, not a file") == true, "\(model?.problem ?? "")")
            let checkpoint = #expect(throws: FileError.self) { try Checkpoint.open(address) }
            #expect(checkpoint?.problem.contains("is an address, not a file") == true)
        }
        let absent = #expect(throws: FileError.self) { try Checkpoint.open("absent:vox.pt") }
        #expect(absent?.problem.contains("no such file") == true)
    }
}
