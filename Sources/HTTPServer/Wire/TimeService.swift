internal import EDM
package import Logging
internal import ServiceLifecycle
internal import Storage
package import Workflows

/// What time makes happen, while nobody asks: settles what is due when it is due.
///
/// Nothing depends on it being punctual, because whoever reads or decides settles first. It sees to it that events and
/// notifications come without a reader.
package struct TimeService: Service {
    private let governance: Governance
    private let logger: Logger

    package init(_ governance: Governance, logger: Logger) {
        self.governance = governance
        self.logger = logger
    }

    /// The longest nap: another node, or an emulator's clock, may bring something forward.
    private static let nap: Duration = .seconds(1)

    package func run() async throws {
        var isFailing = false
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            var pause = Self.nap
            do {
                pause = try await settle()
                isFailing = false
            } catch {
                // Once per outage, not once per second.
                if !isFailing {
                    let cause = (error as? StorageError)?.description ?? "\(type(of: error))"
                    logger.error("timers don't run", metadata: ["error": "\(cause)"])
                }
                isFailing = true
            }
            try? await cancelWhenGracefulShutdown { [pause] in try await Task.sleep(for: pause) }
        }
    }

    /// - Returns: how long nothing is due.
    private func settle() async throws -> Duration {
        try await governance.recordCountedRefusals()
        let store = governance.store
        guard let next = try await store.engine.nextSettling() else { return Self.nap }
        let now = try await store.now()
        guard next <= now else { return min(next - now, Self.nap) }
        let count = try await store.settleOverdue(limit: 100)
        if count > 0 { logger.debug("settled what was due", metadata: ["count": "\(count)"]) }
        // Something that is due and doesn't move must not be asked without a pause.
        return count > 0 ? .zero : Self.nap
    }
}
