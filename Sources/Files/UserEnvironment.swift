import Foundation

/// What the user's environment says of folders. What is empty there counts as absent, as the XDG specification has it.
package enum UserEnvironment {
    package static var variables: [String: String] { ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty } }

    /// A folder of the user's own: that of an XDG variable, or else one in the home folder.
    package static func folder(_ variable: String, orHome place: String) -> String {
        let variables = variables
        // The shell's ~ is HOME, which NSHomeDirectory does not read.
        return variables[variable] ?? ((variables["HOME"] ?? NSHomeDirectory()) as NSString).appendingPathComponent(place)
    }
}
