import Foundation
import TestSupport
import Testing

/// Uploads and results of a page: nobody else reads them, and a killed explorer's are removed by the next one.
@Suite struct ScratchTests {
    @Test func nobodyElseMayLookIntoIt() throws {
        let explorer = try ServedExplorer()
        _ = try explorer.begin(portrait: nil)
        let name = try #require(explorer.leftovers.first)
        var status = stat()
        #expect(stat(explorer.folder.file("temporary/\(name)"), &status) == 0 && status.st_mode & 0o777 == 0o700)
    }

    @Test func whatAKilledOneLeftIsRemoved() throws {
        let temporary = try TemporaryFolder()
        let first = try ServedExplorer(temporary: temporary.path), second = try ServedExplorer(temporary: temporary.path)
        _ = try first.begin(portrait: nil)
        _ = try second.begin(portrait: nil)
        #expect(temporary.names.count == 2)
        first.killAtOnce()
        #expect(temporary.names.count == 2)
        let third = try ServedExplorer(temporary: temporary.path)
        // That of the explorer that still runs stays.
        #expect(third.leftovers.count == 1)
        #expect(second.interrupt() == 130)
        #expect(temporary.names.isEmpty)
    }
}
