import Files
import ModelLibrary
import Networks

/// An error as clients are told it: the command line's own line, and the exit code that it would end with.
package struct Failure: Error, Encodable, Equatable {
    package enum Kind: String, Encodable {
        /// The request is not as expected.
        case usage
        /// Something that was read is wrong.
        case input
        /// Something could not be written.
        case output
        case `internal`
    }

    package let kind: Kind
    package let code: Int
    package let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        code = [.usage: 64, .input: 65, .output: 74, .internal: 70][kind]!
        self.message = message
    }

    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as FileError: self.init(error.side == .input && !error.isOfTheMachine ? .input : .output, error.description)
        case let error as CheckpointMisfit: self.init(.input, error.description)
        case let error as RequestError: self.init(.usage, error.description)
        case let error as DirectionError: self.init(.usage, error.description)
        default: self.init(.internal, FileError.printable("it did not work: \(error)"))
        }
    }
}
