internal import Directory
internal import GraphAPI

extension Route {
    /// The two doors to Graph.
    static func graph(_ service: GraphService) -> [Route] {
        ["beta", "v1.0"].map { root in
            Route(
                .under(root),
                .authenticated { request, caller in await service.respond(to: request.graphRequest, as: caller) })
        }
    }
}

extension Incoming {
    var graphRequest: GraphRequest {
        var headers = headers
        headers["client-request-id"] = ids.client
        return GraphRequest(method, target, headers: headers, body: body, requestID: ids.own)
    }
}
