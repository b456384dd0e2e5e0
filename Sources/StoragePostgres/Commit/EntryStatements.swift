internal import Storage

/// The statements over multi-valued indexes, their stamps and names, whose texts no kind changes.
enum EntryStatements {
    static func add(_ entries: [(IndexValue, Key)], tenant: String) -> Statement {
        Statement(
            "INSERT INTO entries (tenant, idx, value, kind, id) SELECT $1::text, e.idx, e.value, e.kind, e.id "
                + "FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS e (idx, value, kind, id) "
                + "ON CONFLICT DO NOTHING",
            parameters(entries, tenant))
    }

    static func remove(_ entries: [(IndexValue, Key)], tenant: String) -> Statement {
        Statement(
            "DELETE FROM entries AS e USING unnest($2::text[], $3::text[], $4::text[], $5::text[]) "
                + "AS r (idx, value, kind, id) WHERE e.tenant = $1::text AND e.idx = r.idx AND e.value = r.value "
                + "AND e.kind = r.kind AND e.id = r.id",
            parameters(entries, tenant))
    }

    private static func parameters(_ entries: [(IndexValue, Key)], _ tenant: String) -> [Parameter] {
        [
            .text(tenant), .texts(entries.map(\.0.index)), .texts(entries.map(\.0.value)),
            .texts(entries.map(\.1.kind)),
            .texts(entries.map(\.1.id)),
        ]
    }

    /// +1 where membership changes, +0 where it was only read: that takes the row's lock even when there was no row, and
    /// in one order, so that two commits that share values wait instead of locking each other out.
    static func touch(_ stamps: [(value: IndexValue, moves: Bool)], tenant: String) -> Statement {
        Statement(
            "INSERT INTO stamps (tenant, idx, value, stamp) SELECT $1::text, s.idx, s.value, s.moved "
                + "FROM unnest($2::text[], $3::text[], $4::bigint[]) AS s (idx, value, moved) "
                + "ON CONFLICT (tenant, idx, value) DO UPDATE SET stamp = stamps.stamp + excluded.stamp",
            [
                .text(tenant), .texts(stamps.map(\.value.index)), .texts(stamps.map(\.value.value)),
                .integers(stamps.map { $0.moves ? 1 : 0 }),
            ])
    }

    /// tenant, name, kind, id
    static let take = "INSERT INTO names (tenant, name, kind, id) VALUES ($1, $2, $3, $4)"

    /// tenant, name, kind, id, change
    static let release =
        "WITH done AS (DELETE FROM names WHERE tenant = $1 AND name = $2 AND kind = $3 AND id = $4 RETURNING 1) "
        + "INSERT INTO conflicts (change, ordinal, what) SELECT $5::text, -1, 'name' "
        + "WHERE NOT EXISTS (SELECT 1 FROM done)"

    // MARK: Whether what was read still stands

    /// change, tenant, indexes, values, stamps as they must be now, ordinals. The rows are locked already.
    static let validateStamps =
        "INSERT INTO conflicts (change, ordinal, what) SELECT $1::text, r.ordinal, 'guarded' "
        + "FROM unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[]) AS r (idx, value, stamp, ordinal) "
        + "LEFT JOIN stamps AS s ON s.tenant = $2 AND s.idx = r.idx AND s.value = r.value "
        + "WHERE s.stamp IS DISTINCT FROM r.stamp"

    /// change, tenant, index, value, stamp
    static let validateStamp =
        "INSERT INTO conflicts (change, ordinal, what) SELECT $1::text, -1, 'guarded' WHERE NOT EXISTS "
        + "(SELECT 1 FROM stamps WHERE tenant = $2 AND idx = $3 AND value = $4 AND stamp = $5)"

    /// change, tenant, names, kinds, ids, ordinals
    static let validateNames =
        "INSERT INTO conflicts (change, ordinal, what) SELECT $1::text, r.ordinal, 'name' "
        + "FROM unnest($3::text[], $4::text[], $5::text[], $6::bigint[]) AS r (name, kind, id, ordinal) LEFT JOIN "
        + "(SELECT name, kind, id FROM names WHERE tenant = $2 AND name = ANY ($3::text[]) FOR SHARE NOWAIT) AS n "
        + "ON n.name = r.name WHERE n.kind IS DISTINCT FROM r.kind OR n.id IS DISTINCT FROM r.id"

    /// change, tenant, name, kind, id
    static let validateName =
        "INSERT INTO conflicts (change, ordinal, what) SELECT $1::text, -1, 'name' WHERE NOT EXISTS "
        + "(SELECT 1 FROM names WHERE tenant = $2 AND name = $3 AND kind = $4 AND id = $5 FOR SHARE NOWAIT)"
}
