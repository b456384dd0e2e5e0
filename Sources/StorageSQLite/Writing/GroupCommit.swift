internal import CSQLite
internal import EDM
internal import Storage
internal import Threads

/// The commit protocol: many change sets, one transaction, one COMMIT, and only then any outcome.
///
/// Lives on the writer's thread.
final class GroupCommit {
    let writer: WriterConnection
    private let tables: Tables
    private let clock: StoreClock
    private let readers: ReaderPool
    private(set) var counters = Counters()

    /// COMMIT has failed: what it was asked to commit may be in the log or not.
    struct CommitUnknown: Error {
        let reason: String
        /// How many jobs have been told too early; only a planted fault does that.
        var delivered = 0
    }

    init(_ writer: WriterConnection, _ tables: Tables, _ clock: StoreClock, _ readers: ReaderPool) {
        self.writer = writer
        self.readers = readers
        self.tables = tables
        self.clock = clock
    }

    static let maximumJobs = 512
    /// A group's bound, so that the first of a long queue isn't kept waiting for the last.
    var maximumWork = Duration.milliseconds(5)

    /// Commits the first jobs: as many as the bounds allow, and at least one.
    /// - Returns: how many have their outcome.
    /// - Throws: `CommitUnknown`; then none of the jobs has one.
    func commit(_ jobs: [Job]) throws(CommitUnknown) -> Int {
        var outcomes: [CommitOutcome] = []
        var last: Instant?
        var hasBegun = false
        var delivered: Int { PlantedFault.outcomeBeforeCommit.isPlanted ? outcomes.count : 0 }
        // Only while nobody reads it can the log begin again from its start.
        readers.endIdleSnapshots()
        do {
            try writer.run("BEGIN IMMEDIATE")
            hasBegun = true
            let start = ThreadTime.now
            for job in jobs.prefix(Self.maximumJobs) {
                let outcome = try apply(job.changes)
                outcomes.append(outcome)
                if case .committed(let instant) = outcome { last = instant }
                if PlantedFault.outcomeBeforeCommit.isPlanted { job.deliver(outcome) }
                if ThreadTime.now - start > maximumWork { break }
            }
            if let last { try writer.connection.setMeta(.mark, .integer(last.microseconds)) }
        } catch {
            // The transaction may be gone with everything in it: nothing of this group may go on.
            try undo()
            let tried = hasBegun ? min(outcomes.count + 1, jobs.count) : jobs.count
            for job in jobs[delivered..<tried] {
                job.deliver(.unavailable(reason: "The database can't be written (\(error)). Nothing has happened."))
            }
            return tried
        }
        if last == nil {
            try undo()
        } else {
            do { try writer.commit() } catch {
                throw CommitUnknown(reason: "COMMIT failed (\(error)).", delivered: delivered)
            }
            counters.groups += 1
            readers.committed.move(writing: written(by: zip(jobs, outcomes)))
        }
        count(outcomes)
        for (job, outcome) in zip(jobs, outcomes).dropFirst(delivered) { job.deliver(outcome) }
        return outcomes.count
    }

    /// - Throws: what ends the group.
    private func apply(_ changes: ChangeSet) throws -> CommitOutcome {
        let now: Instant
        do throws(StorageError) { now = try clock.now() } catch { return .unavailable(reason: error.description) }
        let application = ChangeApplication(writer: writer, tables: tables, changes: changes, now: now)
        try writer.run("SAVEPOINT job")
        do {
            try application.check()
            try application.write()
            try writer.run("RELEASE job")
            return .committed(at: now)
        } catch let stale as ChangeApplication.Stale {
            if stale.isSurprise { counters.constraintSurprises += 1 }
            try rollBackJob()
            return .conflict(stale.conflict)
        } catch let unfit as Unfit {
            try rollBackJob()
            return .unavailable(reason: unfit.reason)
        }
    }

    private func rollBackJob() throws {
        guard writer.connection.isInTransaction else {
            throw SQLiteFailure(code: SQLITE_ABORT, message: "transaction lost")
        }
        try writer.run("ROLLBACK TO job")
        try writer.run("RELEASE job")
    }

    private func written(by jobs: Zip2Sequence<[Job], [CommitOutcome]>) -> [CommittedState.Place] {
        jobs.flatMap { job, outcome -> [CommittedState.Place] in
            guard case .committed = outcome else { return [] }
            return job.changes.writes.map { CommittedState.Place(tenant: job.changes.tenant, key: $0.key) }
        }
    }

    private func count(_ outcomes: [CommitOutcome]) {
        for outcome in outcomes {
            switch outcome {
            case .committed: counters.changeSets += 1
            case .conflict: counters.conflicts += 1
            case .unavailable, .unknown: break
            }
        }
    }

    /// Ends a transaction without committing it.
    /// - Throws: where even that fails: who knows what the next COMMIT would commit.
    private func undo() throws(CommitUnknown) {
        guard writer.connection.isInTransaction else { return }
        do { try writer.connection.run("ROLLBACK") } catch {
            guard writer.connection.isInTransaction else { return }
            throw CommitUnknown(reason: "ROLLBACK failed (\(error)).")
        }
    }

    /// Anything may have changed, the clock too. To be said before whoever asked for it is told.
    func hasChangedAnything() { readers.committed.moveAll() }

    /// Runs the house's own writes (the clock, a reset) under the same rules.
    func transaction(_ body: (Connection) throws -> Void) throws {
        readers.endIdleSnapshots()
        do {
            try writer.run("BEGIN IMMEDIATE")
            try body(writer.connection)
        } catch {
            try undo()
            throw error
        }
        do { try writer.commit() } catch { throw CommitUnknown(reason: "COMMIT failed (\(error)).") }
        counters.groups += 1
    }
}
