package import Storage

/// What happens to a commit instead of what should: how a simulation drives crashes and unlucky interleavings.
package enum Interference: Hashable, Sendable {
    /// Somebody else was first; nothing happens.
    case conflict(Conflict)
    /// Nothing happens.
    case unavailable(String)
    /// The answer is lost on its way; the change itself has happened if it could, or has not.
    case unknown(String, applied: Bool)

    /// Asked before each commit, outside every lock, so that it may first run another command to its end.
    package typealias Source = @Sendable (ChangeSet) async -> Interference?
}
