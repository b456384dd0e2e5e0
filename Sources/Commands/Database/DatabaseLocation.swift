internal import ArgumentParser

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where a database is, as `--database` says it.
enum DatabaseLocation: Hashable {
    case file(String)
    case memory
    case postgres(String)

    /// What was said, else `COUNTERSIGN_DATABASE`, else `countersign.db` in the working directory.
    init(_ option: String?) throws {
        let text = option ?? Environment["COUNTERSIGN_DATABASE"] ?? "countersign.db"
        if text == ":memory:" {
            self = .memory
        } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            self = .postgres(text)
        } else if text.contains("://") {
            throw CommandFailure(
                "This build has no engine for '\(text.prefix { $0 != ":" })://'. Give a path for SQLite, :memory:, or a "
                    + "postgres:// URL with --database.")
        } else {
            self = .file(text)
        }
    }

    /// Whether an option that names the database gives away a password to everybody who lists processes.
    var hasPassword: Bool {
        guard case .postgres(let url) = self, let start = url.firstRange(of: "://")?.upperBound else { return false }
        let authority = url[start...].prefix { $0 != "/" && $0 != "?" }
        return authority.lastIndex(of: "@").map { authority[..<$0].contains(":") } ?? false
    }

    /// Whether there is a file with something in it.
    var hasContent: Bool {
        guard case .file(let path) = self,
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        else { return false }
        return (attributes[.size] as? UInt64).map { $0 > 0 } ?? true
    }
}
