internal import Storage

/// A change set that waits for its outcome.
struct Job: Sendable {
    let changes: ChangeSet
    private let continuation: CheckedContinuation<CommitOutcome, Never>

    init(_ changes: ChangeSet, _ continuation: CheckedContinuation<CommitOutcome, Never>) {
        self.changes = changes
        self.continuation = continuation
    }

    func deliver(_ outcome: CommitOutcome) { continuation.resume(returning: outcome) }
}

/// What the writer has done since it was opened.
package struct Counters: Hashable, Sendable {
    /// Transactions committed, each forced to the disk once.
    package var groups = 0
    package var changeSets = 0
    package var conflicts = 0
    /// Conflicts that only a unique key has found: the checks should have.
    package var constraintSurprises = 0
    package var checkpoints = 0
}
