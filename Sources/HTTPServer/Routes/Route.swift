package import Directory
package import GraphAPI

/// One line of the table of routes.
package struct Route: Sendable, CustomStringConvertible {
    package enum Path: Hashable, Sendable {
        /// Each segment as it stands; `{name}` stands for any one.
        case exactly([String])
        /// First segments, matched in any case as Graph does, and everything below them.
        case under([String])
    }

    package typealias Respond = @Sendable (Incoming) async throws -> GraphResponse
    package typealias RespondToCaller = @Sendable (Incoming, Caller) async throws -> GraphResponse

    package enum Handler: Sendable {
        /// For everybody who reaches the server.
        case open(Respond)
        /// For callers with a bearer token.
        case authenticated(RespondToCaller)
    }

    package let path: Path
    /// nil: every method, and what's served tells which.
    package let methods: [String]?
    /// Whether rule R20 guards it where the server hands out identities: everything but what monitors ask.
    package let isGuarded: Bool
    package let handler: Handler

    init(_ path: Path, methods: [String]? = nil, isGuarded: Bool = true, _ handler: Handler) {
        self.path = path
        self.methods = methods
        self.isGuarded = isGuarded
        self.handler = handler
    }

    /// - Parameter method: nil for every method; HEAD goes with GET.
    init(_ method: String?, _ path: String, isGuarded: Bool = true, _ respond: @escaping Respond) {
        self.init(
            .exactly(path.split(separator: "/").map(String.init)),
            methods: method.map { $0 == "GET" ? ["GET", "HEAD"] : [$0] },
            isGuarded: isGuarded, .open(respond))
    }

    func matches(_ segments: [Substring]) -> Bool {
        switch path {
        case .exactly(let wanted):
            segments.count == wanted.count && zip(segments, wanted).allSatisfy { $0 == $1 || $1.hasPrefix("{") }
        case .under(let root): segments.prefix(root.count).map { $0.lowercased() } == root
        }
    }

    package var description: String {
        let where_ =
            switch path {
            case .exactly(let segments): "/" + segments.joined(separator: "/")
            case .under(let root): "/\(root.joined(separator: "/"))/**"
            }
        return (methods?.joined(separator: ",") ?? "*") + " " + where_
    }
}
