import Files
import Foundation

/// What the pages of reports share: one file of HTML that holds every picture and video, and needs nothing from elsewhere.
package struct ReportPage {
    /// Where the report's files are.
    let folder: String
    /// The largest file that is taken in, in bytes.
    let largestFile: Int

    package init(folder: String, largestFile: Int) { (self.folder, self.largestFile) = (folder, largestFile) }

    /// Text as HTML shows it, also within an attribute's quotes.
    package static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }

    /// The page up to its body's beginning.
    ///
    /// - Parameter title: plain text.
    package static func head(title: String, style: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(title))</title>
        <style>
        \(style)
        </style>
        </head>
        <body>

        """
    }

    /// A file of the report (PNG, JPEG or MP4) as an address that holds all of it.
    ///
    /// - Throws: `FileError` when it cannot be read.
    package func embedded(_ name: String) throws -> String {
        let types = ["png": "image/png", "jpg": "image/jpeg", "mp4": "video/mp4"]
        let bytes = try MappedFile.contents(of: (folder as NSString).appendingPathComponent(name), upTo: largestFile)
        return "data:\(types[(name as NSString).pathExtension]!);base64,\(Data(bytes).base64EncodedString())"
    }
}
