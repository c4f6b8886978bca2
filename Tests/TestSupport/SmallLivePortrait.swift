import ModelLibrary
import Networks

extension LivePortrait {
    /// The authors' small network, from files in the layout that they publish: 64 px in, 128 px out.
    public static func small() throws -> LivePortrait {
        let checkpoint = try ModelLocator.checkpoint(Fixture.path("liveportrait/small"))
        return try LivePortrait(checkpoint, prefix: try LivePortrait.prefix(in: checkpoint) ?? "")
    }
}
