import Animation
import Faces
import Foundation
import ModelLibrary
import Networks
import Operators

/// The command lines that make what a page shows.
enum CommandText {
    static func text(
        model: LoadedModel, defaultModel: String, portrait: Portrait, motion: DrivingMotion?, settings: Settings, mode: TransferMode
    ) -> String {
        let names = try? model.names()
        func direction(_ number: Int) -> String { names?.name(of: number) ?? String(number) }
        let amounts = settings.offsets.enumerated().filter { $0.element != 0 }
            .map { "\(direction($0.offset + 1))=\(number($0.element))" }.joined(separator: ",")
        let stem = self.stem(portrait.name)
        var words: [String]
        if let motion {
            words = ["lia", "animate", "--source", portrait.name]
            words += motion.speech == nil ? ["--driving", motion.name, "--mode", mode.rawValue] : ["--audio", motion.name]
            if let reference = settings.reference, mode == .relative { words += ["--reference", String(reference + 1)] }
            if settings.motionStrength != 1, motion.speech == nil { words += ["--strength=\(number(settings.motionStrength))"] }
            if !amounts.isEmpty { words.append("--set=\(amounts)") }
            if !settings.muted.isEmpty, motion.speech == nil {
                words += ["--without", Set(settings.muted).sorted().map(direction).joined(separator: ",")]
            }
            if motion.isShortened { words += ["--frames", "1..\(motion.frames.count)"] }
            words += crop(portrait) + (motion.speech == nil ? drivingCrop(motion) : [])
            words += ["--output", "\(stem)-\(motion.speech == nil ? mode.rawValue : "speaking").mp4"]
        } else {
            words = ["lia", "edit", "--source", portrait.name]
            if settings.canonical == true { words += ["--base", "zero"] }
            if !amounts.isEmpty || settings.canonical != true { words.append("--set=\(amounts.isEmpty ? "1=0" : amounts)") }
            words += crop(portrait) + ["--output", "\(stem)-edited.\(portrait.isMoving ? "mp4" : "png")"]
        }
        if model.name != defaultModel { words.insert(contentsOf: ["--model", model.name], at: 2) }
        if Precision.default == .bfloat16 { words.insert(contentsOf: ["--precision", "bfloat16"], at: 2) }
        let line = words.map(quoted).joined(separator: " ")
        return ([portrait.origin, motion?.origin].compactMap { $0 } + [line]).joined(separator: "\n")
    }

    /// The square, where it is another than the command would choose.
    private static func crop(_ portrait: Portrait) -> [String] {
        // Of a video the command would lay another: around the face of all frames.
        guard portrait.crop.isByHand || portrait.isMoving, let square = portrait.crop.square else { return [] }
        let turn = square.angle == 0 ? "" : ",\(number(square.angle * 180 / .pi))"
        return ["--crop=\(number(square.x)),\(number(square.y)),\(number(square.side))\(turn)"]
    }

    private static func drivingCrop(_ motion: DrivingMotion) -> [String] {
        (motion.crop.choice == .follow ? ["--driving-crop", "follow"] : [])
            + (motion.crop.face == .largest ? [] : ["--driving-face", motion.crop.face.description])
    }

    /// A file's name without its extension; never empty.
    static func stem(_ name: String) -> String {
        let stem = (name as NSString).deletingPathExtension
        return stem.isEmpty ? "portrait" : stem
    }

    /// "1.5", "-2".
    private static func number(_ value: Float) -> String {
        value == value.rounded() && abs(value) < 1e6 ? String(Int(value)) : "\(value)"
    }

    /// As a shell takes it for one word.
    private static func quoted(_ word: String) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./=,:+%@")
        if !word.isEmpty, word.unicodeScalars.allSatisfy(plain.contains) { return word }
        return "'\(word.replacingOccurrences(of: "'", with: "'\\''"))'"
    }
}
