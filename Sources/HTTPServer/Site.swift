package import Authentication
internal import EDM
package import GraphAPI
internal import JSON
internal import Storage
package import Workflows

/// Everything that a server serves, as a function from a request to an answer: no sockets, so that a test can call it.
package final class Site: Sendable {
    package struct Settings: Sendable {
        package var governance: Governance
        package var model: GraphModel
        package var issuers: [Issuer]
        package var version: String
        /// With `--demo`: the issuer whose documents are served and whose tokens the emulator mints.
        package var development: DevelopmentIssuer?
        /// With `--emulator`: the test controls.
        package var hasEmulator = false
        /// `--allow-remote-demo`.
        package var allowsRemote = false
        /// Where clients could get tokens, for `WWW-Authenticate`; nil derives it from the public URL.
        package var authorizationURI: String?
        /// Where failures of the server's own go.
        package var log: GraphService.FailureLog = { _, _ in }

        package init(governance: Governance, model: GraphModel, issuers: [Issuer], version: String) {
            self.governance = governance
            self.model = model
            self.issuers = issuers
            self.version = version
        }
    }

    package let publicURL: String
    package let table: RouteTable
    private let guarding: LocalGuard?
    /// With the emulator.
    private let faults: Faults?
    private let authenticator: Authenticator
    private let challenge: Challenge
    private let clock: WallClock
    private let log: GraphService.FailureLog

    /// - Parameters:
    ///   - port: where it listens.
    ///   - startPage: lines for `/`.
    package init(
        _ settings: Settings, publicURL: String, port: Int, startPage: [String] = [],
        clock: @escaping WallClock = systemWallClock
    ) {
        self.publicURL = publicURL
        self.clock = clock
        log = settings.log
        let governance = settings.governance
        authenticator = Authenticator(issuers: settings.issuers, origins: [publicURL], clock: clock)
        challenge = Challenge(
            authorizationURI: settings.authorizationURI
                ?? "\(publicURL)/\(settings.development?.tenant ?? "common")/oauth2/v2.0/authorize")
        guarding =
            settings.development != nil || settings.hasEmulator
            ? LocalGuard(port: port, publicURL: publicURL, allowsRemote: settings.allowsRemote) : nil
        faults = settings.hasEmulator ? Faults() : nil
        var routes = Route.graph(
            GraphService(governance, settings.model, publicURL: publicURL, wallClock: clock, log: settings.log))
        // With the emulator a test changes the world and looks at once.
        let warnings = Warnings(holding: settings.hasEmulator ? .zero : Warnings.lifetime, clock: clock) {
            try await governance.warnings()
        }
        routes += Route.operations(governance, warnings, version: settings.version)
        if let development = settings.development {
            routes += Route.development(development, publicURL: publicURL)
        }
        if let faults {
            let tokens = settings.development.map { DemoTokens(governance, issuer: $0, clock: clock) }
            routes += Route.emulator(governance, tokens: tokens, faults: faults)
        }
        routes.append(.startPage(publicURL: publicURL, lines: startPage))
        table = RouteTable(routes)
    }

    /// A body that is read only when there is one and everything before it has let the request in.
    package typealias ReadBody = @Sendable () async throws -> [UInt8]

    /// Answers a request. The order is the cheapest refusal first; a body is read last.
    /// - Parameter known: what the request's connection remembers of its last token.
    /// - Throws: only what `body` throws that isn't an answer, such as a connection's end.
    package func respond(
        to request: Incoming, known: LastToken? = nil, body: ReadBody
    ) async throws -> (GraphResponse, closes: Bool) {
        do {
            try HeadChecks.check(request)
            let route = try table.route(for: request)
            if route.isGuarded { try guarding?.check(request) }
            switch route.handler {
            case .open(let respond): return (try await respond(try await request.reading(body)), false)
            case .authenticated(let respond):
                if let fault = faults?.next(for: request), let failure = try await fault.strike() { throw failure }
                let caller = try await authenticator.caller(
                    authorization: request.fields.authorization, remoteAddress: request.peer.address, last: known)
                return (try await respond(try await request.reading(body), caller), false)
            }
        } catch let failure as HTTPFailure {
            return (self.failure(failure, request.ids), failure.closes)
        } catch let error as AuthenticationError {
            return (refusal(error, request.ids), false)
        } catch let error as StorageError {
            log(request.ids.own, error.description)
            return (self.failure(HTTPFailure(error), request.ids), false)
        }
    }

    /// A failure in Graph's envelope.
    package func failure(_ failure: HTTPFailure, _ ids: RequestIDs) -> GraphResponse {
        failure.response(ids, date: clock())
    }

    private func refusal(_ error: AuthenticationError, _ ids: RequestIDs) -> GraphResponse {
        var headers = ["Retry-After": "30"]
        if error.status == 401 { headers = ["WWW-Authenticate": challenge.header(for: error)] }
        return failure(HTTPFailure(error.status, error.code, error.message, headers: headers), ids)
    }
}

extension Incoming {
    fileprivate func reading(_ body: Site.ReadBody) async throws -> Incoming {
        let coding = try ContentCoding(fields.contentEncoding)
        guard fields.hasBody else { return self }
        var request = self
        request.body = try coding.decode(try await body())
        return request
    }
}

extension HTTPFailure {
    func response(_ ids: RequestIDs, date: Instant) -> GraphResponse {
        GraphService.error(
            status: status, code: code, message: message, requestID: ids.own, clientRequestID: ids.client,
            date: String(date.description.prefix(19)),
            headers: GraphHeaders(headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    }

    /// Storage's failures outside Graph. An unknown outcome is never 503, which is repeated.
    fileprivate init(_ error: StorageError) {
        switch error {
        case .unavailable:
            self.init(
                503, "ServiceUnavailable", "The store can't be used at the moment. Nothing has happened; try again.",
                headers: ["Retry-After": "1"])
        case .contended: self.init(503, "ServiceUnavailable", error.description, headers: ["Retry-After": "1"])
        case .unknown, .tooMany, .tooExpensive, .tooLarge, .corrupt, .incompatible: self = .internalError
        }
    }
}
