import Foundation

/// A file of the page, as it is built into the program.
enum PageFile: String {
    case markup = "index.html"
    case style = "page.css"
    case script = "page.js"

    var bytes: Data {
        switch self {
        case .markup: return Data(PackageResources.index_html)
        case .style: return Data(PackageResources.page_css)
        case .script: return Data(PackageResources.page_js)
        }
    }

    /// The media type that browsers are told.
    var type: String {
        switch self {
        case .markup: return "text/html; charset=utf-8"
        case .style: return "text/css; charset=utf-8"
        case .script: return "text/javascript; charset=utf-8"
        }
    }
}
