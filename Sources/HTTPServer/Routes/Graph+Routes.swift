internal import Directory
internal import GraphAPI

extension Route {
    /// The two doors to Graph, and the one to what Graph has no words for, which is resolved like it.
    static func graph(_ service: GraphService) -> [Route] {
        [["beta"], ["v1.0"], ["countersign", "v1"]].map { root in
            Route(
                .under(root),
                .authenticated { request, caller in await service.respond(to: request.graphRequest, as: caller) })
        }
    }
}

extension Incoming {
    var graphRequest: GraphRequest {
        var headers = headers
        // Usually it is what came.
        if fields.clientRequestID != ids.client { headers["client-request-id"] = ids.client }
        return GraphRequest(method, target, headers: headers, body: body, requestID: ids.own)
    }
}
