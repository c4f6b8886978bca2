import Checkpoints
import Files
import Networks
import Tensors
import Testing
import TestSupport

/// What is wrong with a checkpoint is all said at once.
@Suite struct CheckpointMisfitTests {
    /// The tiny network's tensors, changed and written as safetensors.
    private func checkpoint(
        _ folder: TemporaryFolder, _ change: (inout [(name: String, tensor: Tensor)]) -> Void
    ) throws -> Checkpoint {
        let original = try Checkpoint.open(Fixture.path("reference/lia-tiny.pt"))
        var tensors = try original.entries.map { (name: $0.name, tensor: try original.tensor($0.name)) }
        change(&tensors)
        let path = folder.file("changed.safetensors")
        try SafetensorsFile.write(tensors, as: .float32, metadata: [:], to: path, overwrite: true)
        return try Checkpoint.open(path)
    }

    @Test func missingMisshapenUnknownAndNonFiniteTensorsAreAllListed() throws {
        let folder = try TemporaryFolder()
        let changed = try checkpoint(folder) { tensors in
            tensors.removeAll { ["gen.enc.fc.2.bias", "gen.dec.to_flows.1.bias"].contains($0.name) }
            for index in tensors.indices {
                switch tensors[index].name {
                case "gen.enc.fc.1.weight": tensors[index].tensor = Tensor(zeros: [64, 63])
                case "gen.dec.convs.3.conv.weight":
                    var values = tensors[index].tensor.values
                    values[17] = .nan
                    tensors[index].tensor = Tensor(values, tensors[index].tensor.shape)
                case "gen.dec.convs.0.conv.blur.kernel": tensors[index].tensor = Tensor(repeating: 0.25, [4, 4])
                default: break
                }
            }
            tensors.append(("gen.dec.surprise", Tensor(zeros: [3])))
        }
        do {
            _ = try LIA(changed)
            Issue.record("was accepted")
        } catch let misfit as CheckpointMisfit {
            #expect(Set(misfit.missing) == ["enc.fc.2.bias", "dec.to_flows.1.bias"])
            #expect(misfit.unknown == ["dec.surprise"])
            #expect(misfit.misshapen.map(\.name) == ["enc.fc.1.weight"])
            #expect(misfit.misshapen.first?.expected == [64, 64] && misfit.misshapen.first?.found == [64, 63])
            #expect(misfit.notFinite == ["dec.convs.3.conv.weight"])
            #expect(misfit.unreadable.map(\.name) == ["dec.convs.0.conv.blur.kernel"])
            for name in misfit.missing + misfit.unknown + misfit.notFinite + ["enc.fc.1.weight (expected 64×64, found 64×63)"] {
                #expect(misfit.description.contains(name))
            }
            #expect(!misfit.description.contains("\n"))
        }
    }

    /// Whichever tensor is missing, it is named, and nothing crashes.
    @Test func everySingleMissingTensorIsNamed() throws {
        let folder = try TemporaryFolder()
        let names = try Checkpoint.open(Fixture.path("reference/lia-tiny.pt")).entries.map(\.name)
        let needed = try LIA(Checkpoint.open(Fixture.path("reference/lia-tiny.pt"))).parameters.map { "gen.\($0.name)" }
        #expect(needed.count > 80)
        for name in names {
            let changed = try checkpoint(folder) { $0.removeAll { $0.name == name } }
            if needed.contains(name) {
                #expect(performing: { try LIA(changed) }, throws: { "\($0)".contains(name.dropFirst(4)) })
            } else {
                // Kernels, noise weights and the unread picture at 4 px may be absent.
                #expect(throws: Never.self) { try LIA(changed) }
            }
        }
    }

    @Test func otherFilesAndDependentDirectionsAreRefused() throws {
        #expect(
            performing: { try LIA(Checkpoint.open(Fixture.path("reference/operators.safetensors"))) },
            throws: {
                "\($0)".contains("holds no LIA network")
            })
        let folder = try TemporaryFolder()
        let changed = try checkpoint(folder) { tensors in
            let index = tensors.firstIndex { $0.name == "gen.dec.direction.weight" }!
            tensors[index].tensor = Tensor(zeros: [64, 20])
        }
        #expect(performing: { try LIA(changed) }, throws: { "\($0)".contains("direction 2 of dec.direction.weight") })
    }
}
