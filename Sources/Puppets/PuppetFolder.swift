import Foundation

/// The folder of a data set of puppets: `identity-0001/clip-01.mp4` (or the folder of frames `identity-0001/clip-01/`)
/// and `identity-0001/clip-01.json`, counted from 1.
public struct PuppetFolder: Sendable {
    /// Where it stands.
    public let path: String

    public init(path: String) { self.path = path }

    /// The name of an identity's folder; `person` counts from 0.
    public static func name(person: Int) -> String { "identity-\(padded(person + 1, 4))" }

    /// The name of a clip without extension; `clip` counts from 0.
    public static func name(clip: Int) -> String { "clip-\(padded(clip + 1, 2))" }

    /// The name of a frame's picture without extension; `frame` counts from 0.
    public static func name(frame: Int) -> String { "frame-\(padded(frame + 1, 6))" }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// Whether what is called `name` in the folder, all that is in it included, is part of such a data set, so that
    /// nothing else is lost when the folder is replaced.
    public func owns(_ name: String) -> Bool {
        guard Self.isNumbered(name, "identity-", digits: 4), let clips = Self.names(in: "\(path)/\(name)") else {
            return false
        }
        return clips.allSatisfy { clip in
            for ending in [".mp4", ".json"] where clip.hasSuffix(ending) {
                return Self.isNumbered(String(clip.dropLast(ending.count)), "clip-", digits: 2)
                    && Self.names(in: "\(path)/\(name)/\(clip)") == nil
            }
            guard Self.isNumbered(clip, "clip-", digits: 2), let frames = Self.names(in: "\(path)/\(name)/\(clip)") else {
                return false
            }
            return frames.allSatisfy {
                $0.hasSuffix(".png") && Self.isNumbered(String($0.dropLast(4)), "frame-", digits: 6)
            }
        }
    }

    /// What is in a folder; nil where there is no folder. A link is none, wherever it leads.
    private static func names(in folder: String) -> [String]? {
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        return try? FileManager.default.contentsOfDirectory(atPath: folder)
    }

    private static func isNumbered(_ name: String, _ beginning: String, digits: Int) -> Bool {
        guard name.hasPrefix(beginning) else { return false }
        let number = name.dropFirst(beginning.count).utf8
        return number.count >= digits && number.allSatisfy { (48...57).contains($0) }
    }
}
