internal import EDM
internal import Storage

/// What a database says about itself.
enum Meta {
    /// 'CSGN' in the file's header, so that other programs' databases are told apart before anything is read.
    static let applicationID: Int64 = 0x4353_474E

    enum Name: String {
        case schemaVersion, compatibleFrom, stamp
        /// Microseconds between an emulator's clock and the system's.
        case clockOffset
        /// The last committed instant.
        case mark
        /// The mark at which a person confirmed a system clock that is behind it.
        case confirmedMark
    }

    /// Which of a kind's columns and indexes the last build kept up to date, so that a newer one knows what to compute.
    static func upkeep(_ kind: String) -> String { "upkeep:\(kind)" }

    /// The documents of a kind that couldn't be computed then.
    static func unreadable(_ kind: String) -> String { "unreadable:\(kind)" }
}

extension Connection {
    func meta(_ name: Meta.Name) throws -> SQLValue? { try meta(name.rawValue) }

    func meta(_ name: String) throws -> SQLValue? {
        try first("SELECT value FROM meta WHERE key = ?", [.text(name)]) { $0.value(0) }
    }

    func metaInteger(_ name: Meta.Name) throws -> Int64? {
        if case .integer(let value) = try meta(name) { value } else { nil }
    }

    /// - Parameter value: nil removes it.
    func setMeta(_ name: Meta.Name, _ value: SQLValue?) throws { try setMeta(name.rawValue, value) }

    func setMeta(_ name: String, _ value: SQLValue?) throws {
        guard let value else {
            try run("DELETE FROM meta WHERE key = ?", [.text(name)])
            return
        }
        try run(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            [.text(name), Binding(value)])
    }
}

/// Whose file it is.
enum FileIdentity {
    case empty
    case ours(stamp: DatabasePurpose)

    /// Looks before anything is written.
    /// - Throws: `StorageError.incompatible` for a file that isn't ours, or that a newer build has made its own.
    static func of(_ connection: Connection, path: String) throws -> FileIdentity {
        let application: Int64?
        let objects: Int64?
        do {
            application = try connection.integer("PRAGMA application_id")
            objects = try connection.integer("SELECT count(*) FROM sqlite_schema")
        } catch let failure as SQLiteFailure where failure.isNotADatabase {
            throw StorageError.incompatible("'\(path)' is not a database. Name another file.")
        }
        if application == 0, objects == 0 { return .empty }
        guard application == Meta.applicationID else {
            throw StorageError.incompatible("'\(path)' is a database of another program. Name another file.")
        }
        let version = try connection.metaInteger(.schemaVersion) ?? 0
        let compatibleFrom = try connection.metaInteger(.compatibleFrom) ?? version
        guard DatabaseLayout.version >= min(version, compatibleFrom) else {
            throw StorageError.incompatible(
                "'\(path)' was written by a newer release (schema \(version), usable from schema \(compatibleFrom) on; this "
                    + "one has \(DatabaseLayout.version)). Install that release again, or restore a backup from before it."
            )
        }
        guard case .text(let text) = try connection.meta(.stamp), let stamp = DatabasePurpose(rawValue: text) else {
            throw StorageError.incompatible(
                "'\(path)' doesn't say whether it is for a demo, an emulator or production.")
        }
        return .ours(stamp: stamp)
    }

    static func empty(_ path: String) -> StorageError {
        .incompatible("'\(path)' is empty. Start the server once to make a database of it.")
    }

    /// - Throws: `StorageError.incompatible` where a database was made for another mode (security rule R20).
    func check(_ wanted: DatabasePurpose, path: String) throws {
        guard case .ours(let stamp) = self, stamp != wanted else { return }
        throw StorageError.incompatible(
            "'\(path)' was made for '\(stamp.rawValue)' and can't be opened for '\(wanted.rawValue)': people, keys and tokens "
                + "of one must not count in the other. Name another file.")
    }
}
