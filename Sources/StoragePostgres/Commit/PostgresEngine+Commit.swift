internal import EDM
package import Storage

extension PostgresEngine {
    package func commit(_ changes: ChangeSet) async -> CommitOutcome {
        guard let sequencer else { return .unavailable(reason: EngineAccess.refusal) }
        if let reason = refusal(of: changes) { return .unavailable(reason: reason) }
        let plan = CommitPlan(changes, schema: schema, joinsReads: address.keepsStatements)
        guard !plan.statements.contains(where: { $0.parameters.contains(where: \.holdsZero) }) else {
            return .unavailable(
                reason: "PostgreSQL can't store the character U+0000. Nothing has happened; leave it out.")
        }
        let generation = clock.generation
        let cut = takeCut()
        if PlantedFault.outcomeBeforeCommit.isPlanted {
            pool.start { connection in _ = connection.run(plan.statements, cut: cut) }
            return .committed(at: (try? await now()) ?? Instant(microseconds: 0))
        }
        let end: PipelineEnd
        do { end = try await pool.run { $0.run(plan.statements, cut: cut) } } catch {
            return .unavailable(reason: "The database has been closed. Nothing has happened.")
        }
        let outcome: CommitOutcome
        switch CommitAnswer(end, of: plan, change: changes.id) {
        case .certain(.conflict(let conflict)): outcome = .conflict(await explained(conflict, of: changes))
        case .certain(let certain): outcome = certain
        case .open(let reason): outcome = await resolve(changes, reason: reason)
        }
        if case .committed(let at) = outcome {
            clock.raise(to: at, generation: generation)
            sequencer.wake()
        }
        return outcome
    }

    /// A change set that no retry makes right.
    private func refusal(of changes: ChangeSet) -> String? {
        let unknown = (changes.writes.map(\.key) + changes.reads.documents.keys).first { schema.tables[$0.kind] == nil }
        return unknown.map { "The database has no kind '\($0.kind)'. Nothing has happened." }
    }

    /// A change set that is already in conflicts with itself: with the versions that it wrote. That is said first, as
    /// every engine does.
    private func explained(_ conflict: Conflict, of changes: ChangeSet) async -> Conflict {
        switch conflict {
        case .change, .locked, .window: return conflict
        case .document, .guarded, .name:
            let known = try? await load(Resolution.look(changes)).first?.rows.first
            return known == nil ? conflict : .change
        }
    }
}
