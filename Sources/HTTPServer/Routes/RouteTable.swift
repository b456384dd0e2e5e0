/// Every route of a server, in one list that a test can read. Graph has exactly two: what is below them is resolved against
/// the schema and never matched here.
package struct RouteTable: Sendable {
    package let routes: [Route]
    /// The routes with everything below them, each with the bytes that its targets begin with.
    private let doors: [(prefix: [UInt8], route: Route)]

    init(_ routes: [Route]) {
        self.routes = routes
        doors = routes.compactMap { route in
            guard case .under(let root) = route.path else { return nil }
            return (Array(root.map { "/" + $0 }.joined().utf8), route)
        }
    }

    /// - Throws: 404 where nothing is at the path, 405 where the method isn't.
    func route(for request: Incoming) throws(HTTPFailure) -> Route {
        // Nearly every request, and nothing is taken apart for it.
        for door in doors where Self.isTarget(request.target, below: door.prefix) { return door.route }
        let segments = request.segments
        let here = routes.filter { $0.matches(segments) }
        guard !here.isEmpty else { throw .notFound }
        guard let route = here.first(where: { $0.methods?.contains(request.method) ?? true }) else {
            throw .methodNotAllowed(here.flatMap { $0.methods ?? [] })
        }
        return route
    }

    /// Whether a target's path is the prefix or continues it by a segment, in any case of ASCII letters.
    /// - Parameter prefix: in lower case.
    private static func isTarget(_ target: String, below prefix: [UInt8]) -> Bool {
        var bytes = target.utf8.makeIterator()
        for wanted in prefix {
            guard let byte = bytes.next() else { return false }
            let isUpperCase = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            guard wanted == (isUpperCase ? byte | 0x20 : byte) else { return false }
        }
        switch bytes.next() {
        case nil, UInt8(ascii: "/"), UInt8(ascii: "?"): return true
        default: return false
        }
    }
}
