import Media
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// A run that starts from a network of fewer channels.
@Suite struct NetworkWideningTests {
    private func network(_ channels: [Int], seed: UInt64) -> LIA {
        LIA(LIAConfiguration(size: 32, channels: channels, code: 16, directions: 6), seed: seed)
    }

    /// The wider network makes the same pictures, and every weight of an added channel has a gradient or random values to begin with.
    @Test(arguments: [false, true]) func widerNetworksBeginWithTheSamePictures(paints: Bool) throws {
        let tiny = try TinyTraining(), narrow = network([16, 16, 12, 8], seed: 5)
        let wide = try tiny.trainer(initial: narrow) {
            ($0.network.channels, $0.network.paints) = ("4:20 8:16 16:16 32:12", paints)
        }.task.network
        #expect(wide.configuration.paints == paints)
        #expect(wide.configuration.channels == [20, 16, 16, 12])
        let source = Tensor(Samples.picture(width: 32, height: 32, shift: 0.1))
        let driving = Tensor(Samples.picture(width: 32, height: 32, shift: -0.2))
        let pictures = [narrow, wide].map { $0.generate($0.encode(source: source), motion: $0.encode(driving: driving)) }
        let difference = zip(pictures[0].values, pictures[1].values).map { (a: Float, b: Float) in abs(a - b) }.max()!
        #expect(difference < 1e-4, "\(difference)")
        #expect(pictures[0].values.map(abs).max()! > 0.05)
        // What makes an added channel is not 0: else its gradient would be, too.
        let made = try #require(wide.parameters.first { $0.name == "dec.convs.1.conv.weight" }?.value)
        #expect(made.shape == [1, 16, 16, 3, 3])
        let last = try #require(wide.parameters.first { $0.name == "dec.convs.5.conv.weight" }?.value)
        #expect(last.shape == [1, 12, 12, 3, 3])
        let (added, added0) = (last.values.suffix(4 * 12 * 9), last.values.prefix(12 * 9))
        #expect(added.allSatisfy { $0 != 0 } && added0[(8 * 9)...].allSatisfy { $0 == 0 })
    }

    @Test func fewerChannelsAreRefused() throws {
        let tiny = try TinyTraining()
        #expect(throws: SettingError.self) { _ = try tiny.trainer(initial: network([16, 16, 12, 10], seed: 5)) }
    }
}
