internal import Logging
internal import ServiceLifecycle

/// Says once a minute that a demo can be reached from other machines (security rule R20).
struct RemoteDemoWarning: Service {
    let logger: Logger

    func run() async throws {
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            logger.warning("--allow-remote-demo: whoever reaches this server is whoever they like in it")
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(60)) }
        }
    }
}
