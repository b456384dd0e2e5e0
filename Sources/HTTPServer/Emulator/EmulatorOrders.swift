internal import Authentication
internal import EDM
internal import JSON
internal import Workflows

/// What `POST clock` takes.
enum ClockOrder: Hashable {
    case advance(Duration)
    case set(Instant)

    init(_ order: JSONObject) throws(Invalid) {
        try order.only(["advance", "set"])
        switch (order["advance"], order["set"]) {
        case (let duration?, nil):
            do throws(Invalid) { self = .advance(try Duration(json: duration)) } catch { throw error.inside("advance") }
        case (nil, let instant?):
            do throws(Invalid) { self = .set(try Instant(json: instant)) } catch { throw error.inside("set") }
        default: throw Invalid(reason: "Say either {\"advance\": \"P1D\"} or {\"set\": \"2026-11-20T21:00:00Z\"}.")
        }
    }
}

/// What `POST tokens` takes.
enum EmulatorTokenOrder: Hashable {
    case user(String, scopes: [String], mfa: Bool, lifetime: Duration)
    case application(String, roles: [String], lifetime: Duration)

    init(_ order: JSONObject) throws(Invalid) {
        let lifetime = try order.optional("expiresIn", Duration.init(json:)) ?? TokenOrder.defaultLifetime
        switch (order["user"], order["app"]) {
        case (let user?, nil):
            try order.only(["user", "scopes", "mfa", "expiresIn"])
            self = .user(
                try user.text("user"), scopes: try order["scopes"]?.words("scopes") ?? DemoTenant.scopes,
                mfa: try order.optional("mfa", Bool.init(json:)) ?? false, lifetime: lifetime)
        case (nil, let app?):
            try order.only(["app", "roles", "expiresIn"])
            self = .application(
                try app.text("app"), roles: try order["roles"]?.words("roles") ?? DemoTenant.applicationRoles,
                lifetime: lifetime)
        default: throw Invalid(reason: "Say either {\"user\": \"alice\"} or {\"app\": \"automation\"}.")
        }
    }
}

extension JSONObject {
    /// A misspelt member must not be taken for the default.
    func only(_ names: [String]) throws(Invalid) {
        if let name = self.names.first(where: { !names.contains($0) }) {
            throw Invalid(path: name, reason: "isn't known here. Known are: \(names.joined(separator: ", ")).")
        }
    }

    func optional<Value>(_ name: String, _ read: (JSONValue) throws(Invalid) -> Value) throws(Invalid) -> Value? {
        guard let value = self[name] else { return nil }
        do throws(Invalid) { return try read(value) } catch { throw error.inside(name) }
    }
}

extension JSONValue {
    fileprivate func text(_ name: String) throws(Invalid) -> String {
        guard let text = string, !text.isEmpty else { throw Invalid(path: name, reason: "must be a name.") }
        return text
    }

    fileprivate func words(_ name: String) throws(Invalid) -> [String] {
        guard let text = string else { throw Invalid(path: name, reason: "must be a text of words between spaces.") }
        return text.split(separator: " ").map(String.init)
    }
}
