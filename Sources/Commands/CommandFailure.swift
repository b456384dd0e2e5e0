internal import ArgumentParser
internal import HTTPServer
internal import JSON
internal import Storage

/// Why a command failed, in one line that names the remedy.
struct CommandFailure: Error {
    let message: String
    let code: ExitCode

    init(_ message: String, code: ExitCode = .failure) {
        self.message = Self.oneLine(message)
        self.code = code
    }

    /// Any error in one line. What isn't known to be written for people says its type at least.
    static func line(_ error: any Error) -> String {
        switch error {
        case let failure as CommandFailure: failure.message
        case let error as StorageError: oneLine(error.description)
        case let error as ServerError: oneLine(error.description)
        case let invalid as Invalid: oneLine(invalid.description)
        default: oneLine("\(type(of: error)): \(error)")
        }
    }

    private static func oneLine(_ text: String) -> String {
        Standard.escaped(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    }
}

extension ExitCode {
    static let usage = ExitCode(2)
    /// Somebody else decided first.
    static let notEffective = ExitCode(5)
    static let notSignedIn = ExitCode(6)
}
