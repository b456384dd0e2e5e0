package import Approvals
package import EDM

/// An approved operation runs at most once: a code is spent by its completion (V14).
package enum ExecutedOnce {
    package static func refusal(completedAt: Instant) -> Refusal {
        Refusal(
            .executedOnce,
            "The operation has already been carried out with this approval code (completed on \(completedAt)). "
                + "File a new request to do it again.")
    }
}
