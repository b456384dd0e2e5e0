package import EDM
package import JSON
import Storage

/// What `--emulator` adds: a clock that moves and a start state to return to.
extension Governance {
    /// Moves governance time forward and runs everything that became due, in order.
    /// - Returns: the time when it has run.
    /// - Throws: `Invalid` where the instant is in the past.
    package func moveClock(to instant: Instant) async throws -> Instant {
        guard instant >= (try await store.now()) else { throw Self.backwards }
        return try await setClock(instant)
    }

    private func setClock(_ instant: Instant) async throws -> Instant {
        try await store.engine.setClock(instant)
        try await store.settleOverdue(limit: .max)
        return try await store.now()
    }

    /// Moves governance time forward by a duration and runs everything that became due, in order.
    /// - Throws: `Invalid` where the duration is negative.
    package func moveClock(by duration: Duration) async throws -> Instant {
        guard duration >= .zero else { throw Self.backwards }
        let now = try await store.now()
        return duration == .zero ? now : try await setClock(now + duration)
    }

    private static var backwards: Invalid {
        Invalid(
            reason:
                "would move the clock backwards. Time only moves forward; POST /countersign/emulator/reset starts anew."
        )
    }

    /// Changes switches until the next reset or start.
    /// - Throws: `Invalid` that names the switch; then none has changed.
    package func changeSettings(_ members: JSONObject) throws(Invalid) { try switches.change(members) }

    /// Returns to the start state and the system's time. Keys stay, so tokens stay valid.
    package func reset() async throws {
        tally.clear()
        switches.reset()
        try await store.engine.reset(keeping: [Kinds.signingKeys.name, Kinds.secrets.name])
        try await createDemoTenant()
    }
}
