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

    /// Counts on where membership changes; the row's lock is held to the end. In the order given: commits that share values
    /// wait for each other instead of locking each other out.
    static func move(_ stamps: [IndexValue], tenant: String) -> Statement {
        Statement(
            insertStamp + "1 " + valuesOfStamps + "DO UPDATE SET stamp = stamps.stamp + 1", parameters(stamps, tenant))
    }

    /// Makes the rows that nothing has moved yet, so that they can be locked. A row that is there stays unlocked.
    static func ensure(_ stamps: [IndexValue], tenant: String) -> Statement {
        Statement(insertStamp + "0 " + valuesOfStamps + "DO NOTHING", parameters(stamps, tenant))
    }

    private static let insertStamp = "INSERT INTO stamps (tenant, idx, value, stamp) SELECT $1::text, s.idx, s.value, "
    private static let valuesOfStamps =
        "FROM unnest($2::text[], $3::text[]) AS s (idx, value) ON CONFLICT (tenant, idx, value) "

    private static func parameters(_ stamps: [IndexValue], _ tenant: String) -> [Parameter] {
        [.text(tenant), .texts(stamps.map(\.index)), .texts(stamps.map(\.value))]
    }

    /// tenant, name, kind, id
    static let take = "INSERT INTO names (tenant, name, kind, id) VALUES ($1, $2, $3, $4)"

    /// tenant, name, kind, id, change
    static let release =
        "WITH done AS (DELETE FROM names WHERE tenant = $1 AND name = $2 AND kind = $3 AND id = $4 RETURNING 1) "
        + "INSERT INTO conflicts (change, ordinal, what) SELECT $5::text, -1, 'name' "
        + "WHERE NOT EXISTS (SELECT 1 FROM done)"

    // MARK: Whether what was read still stands

    /// change, tenant, indexes, values, stamps as they must be now, ordinals. Stamps that were only read are shared by all
    /// who read them; one that another commit is moving is a conflict at once.
    static let validateStamps =
        "INSERT INTO conflicts (change, ordinal, what) SELECT $1::text, r.ordinal, 'guarded' "
        + "FROM unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[]) AS r (idx, value, stamp, ordinal) LEFT JOIN "
        + "LATERAL (SELECT stamp FROM stamps WHERE tenant = $2 AND idx = r.idx AND value = r.value FOR SHARE NOWAIT) AS s "
        + "ON true WHERE s.stamp IS DISTINCT FROM r.stamp"

    /// change, tenant, index, value, stamp
    static let validateStamp =
        "INSERT INTO conflicts (change, ordinal, what) SELECT $1::text, -1, 'guarded' WHERE NOT EXISTS "
        + "(SELECT 1 FROM stamps WHERE tenant = $2 AND idx = $3 AND value = $4 AND stamp = $5 FOR SHARE NOWAIT)"

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
