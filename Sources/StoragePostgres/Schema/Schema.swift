internal import Storage

/// The tables of a database and what the house's kinds ask of them.
struct Schema: Sendable {
    let catalog: Catalog
    let tables: [String: Table]
    /// Whether the clock can be moved: then its offset is a row, read by every statement that looks at the clock.
    let clockMoves: Bool

    init(_ catalog: Catalog, stamp: DatabasePurpose) {
        self.catalog = catalog
        clockMoves = stamp != .production
        var tables: [String: Table] = [:]
        for kind in catalog.kinds { tables[kind.name] = Table(kind, isLog: false) }
        tables[catalog.events.name] = Table(catalog.events, isLog: true)
        self.tables = tables
    }

    var log: Table { Table(catalog.events, isLog: true) }

    /// In the order in which commits lock them.
    var sorted: [Table] { tables.values.sorted { $0.kind.name < $1.kind.name } }

    /// The server's own clock in microseconds, read when the expression runs and not when its transaction began.
    static let serverClock = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

    /// The store's clock: the server's, moved where it can be.
    var clock: String {
        clockMoves ? "(\(Self.serverClock) + (SELECT value::bigint FROM meta WHERE name = 'clock'))" : Self.serverClock
    }

    // MARK: What there must be

    /// What must be there before anything can be looked at.
    static let meta = """
        CREATE TABLE IF NOT EXISTS meta (name text COLLATE "C" CONSTRAINT meta_pkey PRIMARY KEY, value text NOT NULL)
        """

    /// Tables by name, in words that change nothing where they exist.
    var relations: [(name: String, statement: String)] {
        Self.common + sorted.map { ($0.kind.name, creation(of: $0)) }
    }

    /// Indexes by name, which may need columns that a table gets first.
    var indexes: [(name: String, statement: String)] { sorted.flatMap { indexes(of: $0) } }

    private static let common: [(name: String, statement: String)] = [
        (
            "entries",
            """
            CREATE TABLE IF NOT EXISTS entries (tenant text COLLATE "C", idx text COLLATE "C", value text COLLATE "C",
            kind text COLLATE "C", id text COLLATE "C",
            CONSTRAINT entries_pkey PRIMARY KEY (tenant, idx, value, kind, id))
            """
        ),
        (
            "stamps",
            """
            CREATE TABLE IF NOT EXISTS stamps (tenant text COLLATE "C", idx text COLLATE "C", value text COLLATE "C",
            stamp bigint NOT NULL, CONSTRAINT stamps_pkey PRIMARY KEY (tenant, idx, value))
            """
        ),
        (
            "names",
            """
            CREATE TABLE IF NOT EXISTS names (tenant text COLLATE "C", name text COLLATE "C",
            kind text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, CONSTRAINT names_pkey PRIMARY KEY (tenant, name))
            """
        ),
        (
            "changes",
            """
            CREATE TABLE IF NOT EXISTS changes (tenant text COLLATE "C", id text COLLATE "C", at bigint NOT NULL,
            abandoned boolean NOT NULL DEFAULT false, CONSTRAINT changes_pkey PRIMARY KEY (tenant, id))
            """
        ),
        ("changes_at", "CREATE INDEX IF NOT EXISTS changes_at ON changes (tenant, at)"),
        (
            "heads",
            """
            CREATE TABLE IF NOT EXISTS heads (tenant text COLLATE "C" CONSTRAINT heads_pkey PRIMARY KEY,
            next bigint NOT NULL, at bigint NOT NULL)
            """
        ),
        (
            "snapshots",
            """
            CREATE TABLE IF NOT EXISTS snapshots (name text COLLATE "C" CONSTRAINT snapshots_pkey PRIMARY KEY,
            number bigint NOT NULL, at bigint NOT NULL)
            """
        ),
        (
            // No row can be put into it: a statement that finds a conflict inserts it here, which ends the transaction.
            "conflicts",
            """
            CREATE TABLE IF NOT EXISTS conflicts (change text, ordinal bigint, what text,
            CONSTRAINT conflicts_none CHECK (false))
            """
        ),
    ]

    private func creation(of table: Table) -> String {
        var columns = [
            #"tenant text COLLATE "C""#, #"id text COLLATE "C""#, #"version text COLLATE "C" NOT NULL"#,
            "document text NOT NULL", "internals text NOT NULL", "settles_at bigint",
        ]
        columns += table.columns.map { Self.definition(of: $0.column, named: $0.name) }
        if table.isLog {
            columns += [
                "ordinal bigint NOT NULL", "position bigint", "at bigint", "leaf bytea NOT NULL",
                "bytes bytea NOT NULL",
            ]
        }
        columns.append("CONSTRAINT \(quoted(table.kind.name + "_pkey")) PRIMARY KEY (tenant, id)")
        return "CREATE TABLE IF NOT EXISTS \(table.name) (\(columns.joined(separator: ", ")))"
    }

    static func definition(of column: Column, named name: String) -> String {
        name + (column.type == .text ? #" text COLLATE "C""# : " bigint")
    }

    private func indexes(of table: Table) -> [(name: String, statement: String)] {
        var indexes: [(name: String, statement: String)] = []
        func add(_ suffix: String, _ definition: String, unique: Bool = false) {
            let name = Self.indexName(table.kind.name, suffix)
            let create = unique ? "CREATE UNIQUE INDEX" : "CREATE INDEX"
            indexes.append((name, "\(create) IF NOT EXISTS \(quoted(name)) ON \(table.name) \(definition)"))
        }
        add("settles_at", "(settles_at, tenant, id) WHERE settles_at IS NOT NULL")
        for ordering in table.kind.orderings {
            // Null first, as every engine orders; the same index read backwards has it last.
            let columns = ordering.compactMap { name in table.kind.columns.first { $0.name == name } }
                .map { Table.indexed($0) + " NULLS FIRST" }
            add(ordering.joined(separator: "_"), "(tenant, \(columns.joined(separator: ", ")), id)")
        }
        if table.isLog {
            add("position", "(tenant, position) WHERE position IS NOT NULL", unique: true)
            add("unsequenced", "(tenant) WHERE position IS NULL")
        }
        return indexes
    }

    /// PostgreSQL cuts names after 63 bytes, which would make two of one.
    private static func indexName(_ kind: String, _ suffix: String) -> String {
        let name = "\(kind)_by_\(suffix)"
        return name.utf8.count <= 63 ? name : "\(kind.prefix(20))_by_\(Statement(name).digestName)"
    }
}
