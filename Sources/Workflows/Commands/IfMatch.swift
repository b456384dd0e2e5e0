package import Storage

/// What a write expects of its object (RFC 9110 §13.1.1, `If-Match`).
package struct IfMatch: Sendable {
    let key: Key
    /// Nil: that it exists, in whatever version.
    let versions: Set<String>?

    package init(_ key: Key, versions: Set<String>?) {
        self.key = key
        self.versions = versions
    }

    /// After a command, whose own refusals come first: whoever may not see an object learns nothing of its version.
    func check(in unit: inout UnitOfWork) async throws {
        guard let version = try await unit.readVersion(of: key), versions?.contains(version) ?? true else {
            throw PreconditionFailed()
        }
    }
}

/// The object isn't as the write expects it; nothing has changed.
package struct PreconditionFailed: Error {
    package init() {}
}
