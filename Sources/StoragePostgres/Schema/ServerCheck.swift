internal import Storage

/// What the server must be like for the commit to mean what it says.
enum ServerCheck {
    static let statement = Statement(
        "SELECT current_setting('server_version_num'), current_setting('server_encoding'), "
            + "current_setting('default_transaction_isolation'), current_setting('synchronous_commit'), "
            + "pg_is_in_recovery()::text",
        isKept: false)

    /// - Throws: `StorageError.incompatible` with the remedy.
    static func check(_ row: Row, stamp: DatabasePurpose) throws(StorageError) {
        guard let version = row.integer(0), version >= 130_000 else {
            throw .incompatible("The server is older than PostgreSQL 13. Use 13 or later.")
        }
        guard row.text(1) == "UTF8" else {
            throw .incompatible(
                "The database's encoding is \(row.text(1)). Create it with ENCODING 'UTF8' TEMPLATE template0.")
        }
        guard row.text(2) == "read committed" else {
            throw .incompatible(
                "The default transaction isolation is '\(row.text(2))', and commits rely on 'read committed'. Say ALTER "
                    + "DATABASE … SET default_transaction_isolation = 'read committed', and look at the role's settings."
            )
        }
        guard stamp != .production || row.text(3) != "off" else {
            throw .incompatible(
                "synchronous_commit is off, so that a decision that was answered could be lost. Say ALTER DATABASE … SET "
                    + "synchronous_commit = on, and look at the role's settings.")
        }
        guard row.text(4) == "false" else {
            throw .incompatible("The server is a standby, which can't be written to. Give the primary's address.")
        }
    }
}
