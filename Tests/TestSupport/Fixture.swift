import Foundation

/// Files that tests read: `Tests/TestSupport/Fixtures`, found from this source file so that tests run from any folder.
public enum Fixture {
    /// The path of the fixture `name`.
    public static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures").appendingPathComponent(name).path
    }
}
