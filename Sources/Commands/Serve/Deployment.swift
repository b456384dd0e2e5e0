internal import Authentication
internal import Composition
internal import HTTPServer
internal import Logging
internal import ServiceLifecycle
internal import Storage
internal import UnixSignals
internal import Workflows

/// A server as its options and its configuration describe it: the wiring of the house.
struct Deployment {
    let configuration: Configuration
    let location: DatabaseLocation
    let listen: ListenAddress
    let publicURL: Origin?
    let tls: Server.TLSFiles?
    let isDemo: Bool
    let isEmulator: Bool
    let allowsRemote: Bool

    private var stamp: DatabasePurpose { isDemo ? .demo : isEmulator ? .emulator : .production }

    /// What can be refused before a database is touched.
    func check() throws {
        guard isDemo || !configuration.issuers.isEmpty else {
            throw CommandFailure(
                "Nobody could sign in. Start a demonstration with --demo, or name an issuer of tokens in a file for --config."
            )
        }
        guard !isDemo || configuration.issuers.isEmpty else {
            throw CommandFailure(
                "The development issuer of --demo doesn't start beside a configured issuer. Leave out one of the two.")
        }
        for issuer in configuration.issuers { try issuer.keys.check() }
        _ = try Self.logLevel()
        guard isDemo || isEmulator else { return }
        let flag = isDemo ? "--demo" : "--emulator"
        if !allowsRemote {
            guard listen.isLoopback else {
                throw CommandFailure(
                    "\(flag) makes everybody who reaches \(listen.host) whoever they like. Listen on 127.0.0.1, or say "
                        + "--allow-remote-demo.")
            }
            guard publicURL?.isLoopback ?? true else {
                throw CommandFailure(
                    "\(flag) is for this machine: --public-url must name it. Use http://127.0.0.1, or say "
                        + "--allow-remote-demo.")
            }
        }
    }

    func run() async throws {
        let logger = Self.logger
        let engine = try await location.serve(as: stamp) { reason in
            // What was kept is found out by the next start; going on could acknowledge what wasn't.
            Standard.error(
                "error: a commit failed and nobody can tell what was kept: \(reason) Start the server again.\n")
            immediateExit(1)
        }
        let result: Result<Void, any Error>
        do { result = .success(try await serve(engine, logger)) } catch { result = .failure(error) }
        await engine.close()
        try result.get()
    }

    private func serve(_ engine: any Engine, _ logger: Logger) async throws {
        let governance = Governance(engine, workloads: Countersign.workloads, settings: configuration.settings)
        try await governance.migrate()
        var site = Site.Settings(
            governance: governance, model: try Countersign.composition.model(), issuers: [],
            version: Countersign.version)
        site.hasEmulator = isEmulator
        site.allowsRemote = allowsRemote
        site.authorizationURI = configuration.issuers.first?.authorizationURI
        site.issuers = configuration.issuers.map { $0.issuer(logger) }
        var banner: Banner?
        if isDemo {
            let issuer = try await prepareDemo(governance)
            site.development = issuer
            site.issuers = [issuer.issuer(keys: governance.developmentKeySource())]
            banner = try await Banner(location, DemoTokens(governance, issuer: issuer))
        }
        let known = Set(try await governance.tenants())
        for tenant in configuration.tenants where !known.contains(tenant) {
            logger.warning(
                "a tenant isn't there: create it with 'countersign tenant create'", metadata: ["id": "\(tenant)"])
        }
        let services = services(site, banner, governance, logger)
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: Self.silent)
        group.maximumGracefulShutdownDuration = .seconds(20)
        try await ServiceGroup(configuration: group).run()
        logger.info("stopped")
    }

    /// Fills an empty database; leaves a demo's alone; refuses others' tenants.
    private func prepareDemo(_ governance: Governance) async throws -> DevelopmentIssuer {
        let known = try await governance.tenants()
        if let others = known.first(where: { $0 != DemoTenant.tenant }) {
            throw CommandFailure(
                "The database holds the tenant \(others), which isn't the demo's. Name another database with --database."
            )
        }
        if known.isEmpty { try await governance.createDemoTenant() }
        guard let issuer = try await governance.developmentIssuer(creating: true) else {
            throw CommandFailure("The development issuer's key can't be made. Name another database with --database.")
        }
        return issuer
    }

    private func services(_ site: Site.Settings, _ banner: Banner?, _ governance: Governance, _ logger: Logger)
        -> [any Service]
    {
        let options = Server.Options(host: listen.host, port: listen.port, tls: tls)
        let publicURL = publicURL
        var site = site
        site.log = { logger.error("request failed", metadata: ["request-id": "\($0)", "error": "\($1)"]) }
        let server = Server(options, logger: logger) { [site] address in
            let url = publicURL?.text ?? address.localURL
            Standard.error("listening on \(address.url)\n")
            if let banner { Standard.output(banner.text(url: url)) }
            return Site(site, publicURL: url, port: address.port, startPage: banner?.publicLines(url: url) ?? [])
        }
        var services: [any Service] = [TimeService(governance, logger: logger)]
        if allowsRemote, isDemo || isEmulator { services.append(RemoteDemoWarning(logger: logger)) }
        if location.hasPassword, CommandLine.arguments.contains(where: { $0.hasPrefix("postgres") }) {
            logger.warning(
                "the database's password is on the command line, which everybody here can list; use PGPASSFILE")
        }
        if tls == nil, !listen.isLoopback, !isDemo, !isEmulator {
            logger.warning(
                "tokens travel unencrypted: set 'tls', or listen on the loopback behind a proxy",
                metadata: ["listen": "\(listen.host)"])
        }
        // The last one is stopped first: timers go on until the last request is answered.
        return services + [server]
    }

    /// One line per event on standard error; never a token, never a body.
    private static var logger: Logger {
        var logger = Logger(label: "countersign") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = (try? logLevel()) ?? .info
        return logger
    }

    private static func logLevel() throws -> Logger.Level {
        guard let name = Environment["COUNTERSIGN_LOG_LEVEL"] else { return .info }
        guard let level = Logger.Level(rawValue: name) else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure("COUNTERSIGN_LOG_LEVEL is '\(name)'. Use one of: \(levels).")
        }
        return level
    }

    /// The service group's own messages repeat what this command says in its own words.
    private static var silent: Logger {
        var logger = logger
        logger.logLevel = .critical
        return logger
    }
}
