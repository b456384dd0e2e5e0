internal import EDM
internal import GraphAPI
internal import JSON
internal import Storage
internal import Workflows

extension Route {
    /// The emulator's controls. They need no token, so everything hangs on `LocalGuard`.
    static func emulator(_ governance: Governance, tokens: DemoTokens?, faults: Faults) -> [Route] {
        let root = "/countersign/emulator"
        var routes = [
            Route("GET", "\(root)/clock") { _ in .json(["now": try await governance.store.now().json]) },
            Route("POST", "\(root)/clock") { request in
                .json(["now": try await governance.move(try ClockOrder(request.order()))])
            },
            Route("POST", "\(root)/reset") { request in
                guard try request.order(isOptional: true).isEmpty else { throw Invalid(reason: "takes no members.") }
                faults.clear()
                try await governance.reset()
                return GraphResponse(status: 204)
            },
        ]
        routes += [
            Route("POST", "\(root)/seed") { request in
                .json(try await governance.seed(try request.order(), in: try await governance.emulatedTenant()))
            },
            Route("GET", "\(root)/snapshots") { _ in
                .json(["value": try await governance.store.engine.snapshots().json])
            },
            Route("POST", "\(root)/snapshots/{name}") { request in
                let name = String(request.segments[3])
                try await governance.saveSnapshot(name)
                return .json(["name": .string(name), "now": try await governance.store.now().json], status: 201)
            },
            Route("DELETE", "\(root)/snapshots/{name}") { request in
                try await governance.deleteSnapshot(String(request.segments[3]))
                return GraphResponse(status: 204)
            },
            Route("PUT", "\(root)/snapshots/{name}/restore") { request in
                try await governance.restoreSnapshot(String(request.segments[3]))
                return .json(["now": try await governance.store.now().json])
            },
            Route("GET", "\(root)/settings") { _ in .json(governance.settingsInForce) },
            Route("PATCH", "\(root)/settings") { request in
                try governance.changeSettings(try request.order())
                return .json(governance.settingsInForce)
            },
        ]
        if let tokens {
            routes.append(
                Route("POST", "\(root)/tokens") { request in
                    .json(["token": .string(try await tokens.mint(try EmulatorTokenOrder(request.order())))])
                })
        }
        routes += Route.faults(faults, root: root)
        return routes.map(\.forgiving)
    }

    /// Complaints about a body as 400 in Graph's envelope.
    private var forgiving: Route {
        guard case .open(let respond) = handler else { return self }
        return Route(
            path, methods: methods, isGuarded: isGuarded,
            .open { request in
                do {
                    return try await respond(request)
                } catch let invalid as Invalid {
                    throw HTTPFailure.badRequest(invalid.description)
                } catch let missing as ResourceNotFound {
                    throw HTTPFailure(404, "ResourceNotFound", "There is nothing with the name '\(missing.id)'.")
                }
            })
    }
}

extension Incoming {
    /// The body as a JSON object. Its content type must say so: a web page can't send that type to another origin without
    /// asking first, which is never answered with yes.
    func order(isOptional: Bool = false) throws -> JSONObject {
        if isOptional, body.isEmpty { return JSONObject() }
        let type = headers["Content-Type"]?.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        guard type == "application/json" else {
            throw HTTPFailure.unsupportedMedia("Send the order with 'Content-Type: application/json'.")
        }
        guard let object = try JSONReader.read(body).object else { throw Invalid(reason: "must be a JSON object.") }
        return object
    }
}

extension Governance {
    fileprivate func move(_ order: ClockOrder) async throws -> JSONValue {
        switch order {
        case .advance(let duration): try await moveClock(by: duration).json
        case .set(let instant): try await moveClock(to: instant).json
        }
    }
}

extension DemoTokens {
    fileprivate func mint(_ order: EmulatorTokenOrder) async throws -> String {
        switch order {
        case .user(let name, let scopes, let mfa, let lifetime):
            try await token(user: name, scopes: scopes, mfa: mfa, lifetime: lifetime)
        case .application(let name, let roles, let lifetime):
            try await token(application: name, roles: roles, lifetime: lifetime)
        }
    }
}
