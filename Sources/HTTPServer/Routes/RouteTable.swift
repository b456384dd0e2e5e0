/// Every route of a server, in one list that a test can read. Graph has exactly two: what is below them is resolved against
/// the schema and never matched here.
package struct RouteTable: Sendable {
    package let routes: [Route]

    init(_ routes: [Route]) { self.routes = routes }

    /// - Throws: 404 where nothing is at the path, 405 where the method isn't.
    func route(for request: Incoming) throws(HTTPFailure) -> Route {
        let segments = request.segments
        let here = routes.filter { $0.matches(segments) }
        guard !here.isEmpty else { throw .notFound }
        guard let route = here.first(where: { $0.methods?.contains(request.method) ?? true }) else {
            throw .methodNotAllowed(here.flatMap { $0.methods ?? [] })
        }
        return route
    }
}
