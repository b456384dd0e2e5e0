internal import EDM
internal import JSON
internal import OData
internal import Workflows

/// A write that Multi Admin Approval may hold (Graph: "Use Multi Admin Approval with Microsoft Graph"): sent with a
/// justification it files a request and answers 412 with the code; sent again with the code after the approval, it runs.
extension Operation {
    static func gated(
        _ method: String, _ name: String = "", on binding: Binding, _ operation: GatedOperation
    ) -> Operation {
        Operation(method, name, on: binding) { call in
            try await submit(operation, call, try body(of: call, operation))
        }
    }

    static func submit(
        _ operation: GatedOperation, _ call: Invocation, _ body: JSONObject?
    ) async throws -> GraphResponse {
        // Whatever is wrong with the call is said before anything is done.
        let shape = try Shape(of: call)
        try Reads.refuse(call.query, but: [.select, .expand])
        var write = GatedWrite(
            operation, method: call.request.method, version: call.version.rawValue, entityId: call.id, body: body)
        write.query = call.query.text
        write.contentType = try call.header("Content-Type") ?? ""
        write.consoleToken = try call.header("x-countersign-console-token")
        let outcome = try await call.governance.submit(
            write, approvalCode: try call.header("x-msft-approval-code"),
            justification: try call.header("x-msft-approval-justification"), as: call.caller)
        switch outcome {
        case .done(let answer): return try await done(answer, shape, call)
        case .approvalRequired(let id): throw ApprovalRequired(id: id)
        }
    }

    /// A DELETE has no body; an action may go without one.
    private static func body(of call: Invocation, _ operation: GatedOperation) throws -> JSONObject? {
        if call.request.body.isEmpty, !operation.needsBody { return nil }
        return try call.object()
    }

    private static func done(_ answer: GatedAnswer, _ shape: Shape?, _ call: Invocation) async throws -> GraphResponse {
        switch answer {
        case .noContent: return GraphResponse(status: 204)
        case .entity(let status, let id, let bytes):
            return try await Writes.entity(bytes, id: id, status: status, shape, call)
        case .value(let value, let type):
            let isCollection = value.object == nil
            return call.object(
                value.object ?? ["value": value], context: isCollection ? "Collection(\(type))" : type)
        }
    }
}

/// The write is held: the request's id is the code to send again with.
struct ApprovalRequired: Error {
    let id: String
}
