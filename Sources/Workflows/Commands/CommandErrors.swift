/// Graph's answer for an id that leads nowhere; the same for what the caller may not see.
package struct ResourceNotFound: Error {
    package let id: String

    package init(id: String) { self.id = id }
}

/// A user's roles don't give the right to the operation, whatever the token's scopes.
package struct InsufficientRights: Error {
    package let message: String
    /// Whether the operation is the directory's, whose failures have codes of their own.
    package let isDirectory: Bool

    package init(_ message: String, isDirectory: Bool = false) {
        self.message = message
        self.isDirectory = isDirectory
    }
}
