internal import EDM
package import Storage
internal import Threads

/// Gives the log's events their positions: PostgreSQL commits out of order, so a position can't be given by the commit.
///
/// Per tenant, it takes every event without a position that one snapshot shows, in the order of their changes, and writes
/// positions and the tenant's head in one transaction under the head's row lock. What a change has read is visible in
/// the same snapshot and has an earlier instant, so it comes first. A change that was in flight at the last run may have an
/// earlier instant than what came before it in the log; there it counts as committed when that did.
final class Sequencer: Sendable {
    private struct State: Sendable {
        var isAwake = true
        var isClosed = false
    }

    private let state = Monitor(State())
    private let thread: BlockingThread

    /// How long another node's commits may wait where that node has died before it gave them a position.
    private static let idle = 900
    /// How long the loop waits after it has met an error.
    private static let pause = 250

    /// - Throws: `StorageError.unavailable` where the system gives no thread.
    init(_ address: Address, _ schema: Schema) throws(StorageError) {
        let state = state
        let thread = BlockingThread {
            let connection = Connection(address)
            while true {
                let isClosed = state.wait(atMost: Self.idle) { state -> Bool? in
                    guard state.isAwake || state.isClosed else { return nil }
                    state.isAwake = false
                    return state.isClosed
                }
                if isClosed ?? false { break }
                do { try Self.sequence(on: connection, schema) } catch {
                    let isClosing = state.wait(atMost: Self.pause) { $0.isClosed ? true : nil }
                    if isClosing ?? false { break }
                    state.change { $0.isAwake = true }
                }
            }
            connection.close()
        }
        guard let thread else { throw .unavailable("The system gives no thread for the sequencer; raise its limit.") }
        self.thread = thread
    }

    /// There is something to do.
    func wake() { state.change { $0.isAwake = true } }

    func close() async {
        state.change { $0.isClosed = true }
        await BlockingThread.join([thread])
    }

    // MARK: One run

    /// Every tenant that has something.
    static func sequence(on connection: Connection, _ schema: Schema) throws {
        let tenants = Statement("SELECT DISTINCT tenant FROM \(schema.log.name) WHERE position IS NULL")
        for row in try connection.run([tenants]).get()[0].rows {
            while try sequence(tenant: row.text(0), on: connection, schema) == maximumEvents {}
        }
    }

    /// A page of a tenant's events. The first events of a snapshot in their order may go before the rest: whatever they
    /// rest on is among them.
    private static let maximumEvents: Int64 = 2000

    /// - Returns: how many events have got a position.
    private static func sequence(tenant: String, on connection: Connection, _ schema: Schema) throws -> Int64 {
        let log = schema.log.name
        // The lock in a statement of its own: the next one's snapshot then shows what the lock's last holder wrote.
        let statements = [
            Statement("SELECT set_config('lock_timeout', '5s', true), set_config('statement_timeout', '30s', true)"),
            Statement(
                "INSERT INTO heads (tenant, next, at) VALUES ($1, 0, 0) ON CONFLICT (tenant) DO UPDATE SET next = heads.next",
                [.text(tenant)]),
            Statement(
                "WITH found AS (SELECT e.id, e.version, e.ordinal, c.at FROM \(log) AS e "
                    + "JOIN changes AS c ON c.tenant = e.tenant AND c.id = e.version "
                    + "WHERE e.tenant = $1 AND e.position IS NULL ORDER BY c.at, c.id, e.ordinal LIMIT \(maximumEvents)), "
                    + "numbered AS (SELECT f.id, greatest(f.at, h.at) AS at, h.next - 1 "
                    + "+ row_number() OVER (ORDER BY f.at, f.version, f.ordinal) AS position "
                    + "FROM found AS f, heads AS h WHERE h.tenant = $1), "
                    + "placed AS (UPDATE \(log) AS e SET position = n.position, at = n.at FROM numbered AS n "
                    + "WHERE e.tenant = $1 AND e.id = n.id RETURNING 1), "
                    + "moved AS (UPDATE heads SET next = next + (SELECT count(*) FROM numbered), "
                    + "at = greatest(at, (SELECT max(at) FROM numbered)) WHERE tenant = $1) "
                    + "SELECT count(*) FROM placed",
                [.text(tenant)]),
        ]
        return try connection.run(statements).get().last?.rows.first?.integer(0) ?? 0
    }

    /// One tenant, where it has something.
    static func catchUp(tenant: String, on connection: Connection, _ schema: Schema) throws {
        let waiting = Statement(
            "SELECT 1 FROM \(schema.log.name) WHERE tenant = $1 AND position IS NULL LIMIT 1", [.text(tenant)])
        guard try !connection.run([waiting]).get()[0].rows.isEmpty else { return }
        while try sequence(tenant: tenant, on: connection, schema) == maximumEvents {}
    }
}

extension PostgresEngine {
    /// Gives a position to every event that has none.
    package func sequence() async throws {
        do {
            try await pool.run { [schema] in try Sequencer.sequence(on: $0, schema) }
        } catch let end as PipelineEnd { throw end.storageError }
    }

    /// A position is bookkeeping that any process may do, also one that only inspects: it changes nothing that was said.
    package func events(tenant: String, from position: Int64, limit: Int) async throws -> [PositionedEvent] {
        do {
            try await pool.run { [schema] in try Sequencer.catchUp(tenant: tenant, on: $0, schema) }
        } catch is PipelineEnd {
            // What has a position can be read all the same; the rest gets one from the loop.
        }
        let statement = Statement(
            "SELECT position, id, version, at, encode(bytes, 'hex'), encode(leaf, 'hex') FROM \(schema.log.name) "
                + "WHERE tenant = $1 AND position >= $2::bigint ORDER BY position LIMIT $3::bigint",
            [.text(tenant), .integer(position), .integer(Int64(limit))])
        return try await load([statement]).first?.rows.map { row in
            PositionedEvent(
                position: row.integer(0) ?? 0, id: row.text(1), change: row.text(2),
                at: Instant(microseconds: row.integer(3) ?? 0), bytes: row.unhexed(4), leaf: row.unhexed(5))
        } ?? []
    }
}
