import Foundation

/// The page of a report without the bytes of its pictures and videos, in which any short word may occur by chance.
public enum ReportText {
    public static func withoutData(_ page: String) -> String {
        let parts = page.components(separatedBy: ";base64,")
        return parts[0]
            + parts.dropFirst().map { part in
                String(part.drop { $0.isLetter || $0.isNumber || "+/=".contains($0) })
            }.joined(separator: ";base64,")
    }
}
