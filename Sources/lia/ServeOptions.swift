import ArgumentParser
import Explorer
import Files
import Foundation

/// What `lia explore` takes to serve its page.
struct ServeOptions: ParsableArguments {
    @Flag(help: "Serve a page on this machine on which to try the directions live; Ctrl-C ends it.")
    var serve = false

    @Option(
        help: ArgumentHelp(
            "The page's port; another is taken where it is not free (default: \(PageServer.defaultPort)).", valueName: "number"))
    var port: UInt16?

    @Option(
        help: ArgumentHelp(
            "The address to listen at: 0.0.0.0 lets other machines of the network open the page (default: this machine alone).",
            valueName: "address"))
    var host: String?

    func validate() throws {
        if !serve, port != nil || host != nil { throw ValidationError("--port and --host are for --serve.") }
    }

    /// Serves until the program is interrupted.
    ///
    /// - Parameter picture: that pages begin with.
    /// - Throws: what is wrong with the model, the picture, or the address.
    func run(model: ModelOptions, picture: String?, quiet: Bool) throws {
        model.apply()
        let wanted = port ?? PageServer.defaultPort
        let server = try PageServer(model: model.model, picture: picture, host: host ?? "localhost", port: wanted)
        let end = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var failure: Error?
        Task {
            do {
                try await server.run { address, port in
                    guard !quiet else { return }
                    Output.remark(
                        "the explorer is at \(address) (" + (port == wanted || wanted == 0 ? "" : "port \(wanted) is taken; ")
                            + "Ctrl-C ends it)")
                }
            } catch { failure = error }
            end.signal()
        }
        end.wait()
        if let failure { throw failure }
    }
}
