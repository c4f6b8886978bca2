import Foundation
import Media
import ModelLibrary
import Networks
import Puppets
import Testing
import TestSupport
import lia

/// Mouths that are painted again, through the commands.
@Suite(.serialized) struct RefinerCommandTests {
    private let folder: TemporaryFolder
    private let source: String

    init() throws {
        folder = try TemporaryFolder()
        source = folder.file("person.png")
        try Puppet(seed: 5).draw(PuppetPose(), size: 256).write(to: source)
    }

    private func edited(_ name: String, _ arguments: String...) throws -> Picture {
        let file = folder.file(name)
        try Program.execute(["edit", "-s", source, "--no-paste-back", "-o", file, "-q"] + arguments)
        return try Picture.read(file)
    }

    /// The model's mouths are painted unless nothing is to paint them, and nothing else changes.
    @Test func portraitsMouthsArePaintedUnlessNoneIsWanted() throws {
        let painted = try edited("painted.png", "--set", "jaw=6"),
            animated = try edited("animated.png", "--set", "jaw=6", "--refiner", "none")
        let (width, size) = (painted.width, painted.width * painted.height)
        #expect(animated.width == width && size == animated.width * animated.height)
        let changed = (0..<size).filter { painted.pixels[3 * $0..<3 * $0 + 3] != animated.pixels[3 * $0..<3 * $0 + 3] }
        #expect((50..<size / 10).contains(changed.count))
        #expect(changed.allSatisfy { $0 / width > 2 * width / 5 && abs(2 * ($0 % width) - width) < width * 3 / 5 })
        // By its folder, it is the same.
        let folder = try #require(ModelLocator.models().first { ($0.path as NSString).lastPathComponent == "refiner" }).path
        #expect(try edited("named.png", "--set", "jaw=6", "--refiner", folder).pixels == painted.pixels)
        // At rest nobody sees it.
        #expect(try edited("still.png", "--set", "jaw=0").pixels == edited("plain.png", "--set", "jaw=0", "--refiner", "none").pixels)
    }

    @Test func whatIsNoRefinerIsRefused() {
        let out = folder.file("out.png")
        for (arguments, words) in [
            (["edit", "-s", source, "-o", out, "--set", "jaw=1", "--refiner", "dub"], "paints no mouths of animated portraits"),
            (["edit", "-s", source, "-o", out, "--set", "jaw=1", "--refiner", "none.pt"], "no such model or file"),
            (
                ["edit", "-s", source, "-o", out, "--set", "jaw=1", "--no-detail", "--refiner", "refiner"],
                "is used without it; leave --no-detail or --refiner out"
            ),
            (
                ["edit", "-m", "refiner", "-s", source, "-o", out, "--base", "zero"],
                "paints the mouths of portraits that another model animates"
            ),
            (
                ["animate", "-m", "refiner", "-s", source, "-d", source, "-o", out],
                "paints the mouths of portraits that another model animates"
            ),
            (["dub", "-m", "refiner", "-s", source, "--audio-features", source, "-o", out], "dubs no videos"),
            (
                ["animate", "-s", source, "-d", source, "-o", out, "--as-published", "--refiner", "refiner"],
                "--as-published paints no mouths"
            ),
            (["animate", "-s", source, "--audio", source, "-o", out, "--refiner", "refiner"], "pass --mouth-model none"),
        ] {
            let said = FamilyCommands.refusal(arguments)
            #expect(said.contains(words) && !said.contains("\n"), "\(arguments): \(said)")
        }
        #expect(!FileManager.default.fileExists(atPath: out))
    }
}
