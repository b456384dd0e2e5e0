internal import Approvals
internal import EDM
internal import JSON
internal import OData
internal import Storage
internal import Workflows

extension GraphService {
    /// Graph's error envelope (`error.code`, `error.message`, `innerError` with date and ids); also for failures before
    /// `respond`: a missing token, a body over the limit, an unknown route.
    package static func error(
        status: Int, code: String, message: String, requestID: String, clientRequestID: String? = nil,
        date: String, headers: GraphHeaders = GraphHeaders()
    ) -> GraphResponse {
        var inner: JSONObject = [
            "date": .string(date), "request-id": .string(requestID),
            "client-request-id": .string(clientRequestID ?? requestID),
        ]
        // One published client looks for the code as a member, in whatever is around it.
        if let approvalCode = headers["x-msft-approval-code"] { inner["x-msft-approval-code"] = .string(approvalCode) }
        let envelope: JSONValue = [
            "error": ["code": .string(code), "message": .string(message), "innerError": .object(inner)]
        ]
        var headers = headers
        headers["Content-Type"] = "application/json"
        return GraphResponse(status: status, headers: headers, body: envelope.bytes)
    }

    /// Governance time as `innerError` writes it: UTC, without an offset.
    func date() async -> String {
        String(((try? await governance.store.now()) ?? wallClock()).description.prefix(19))
    }

    /// Any failure as an answer. Nothing internal leaves: what isn't known to be safe to say becomes a plain 500.
    func failure(_ error: any Error, _ request: GraphRequest) async -> GraphResponse {
        let date = await date()
        let dialect = self.dialect(of: request)
        let settings = governance.settings.multiAdminApproval
        let isIntune = dialect.isIntune && settings.errorEnvelope == .intune
        func envelope(_ status: Int, _ code: String, _ message: String, _ headers: GraphHeaders = [:]) -> GraphResponse
        {
            Self.error(
                status: status, code: code,
                message: isIntune ? IntuneEnvelope.message(message, headers, request, publicURL) : message,
                requestID: request.requestID,
                clientRequestID: request.headers["client-request-id"], date: date, headers: headers)
        }
        switch error {
        case let error as ODataError: return envelope(error.status, error.code, error.message)
        case let error as MethodNotAllowed:
            return envelope(
                405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.",
                ["Allow": error.allowed.joined(separator: ", ")])
        case let error as ApprovalRequired:
            // The code stands in a header and in the message: clients look in either place.
            let status = settings.approvalRequiredStatus
            return envelope(
                status.rawValue, status == .forbidden ? "ApprovalRequired" : "BadRequest",
                "Approval Required. Request Approval using the request ID returned as part of the "
                    + "x-msft-approval-code response header. x-msft-approval-code: \(error.id)",
                ["x-msft-approval-code": error.id])
        case is PreconditionFailed:
            return envelope(
                412, "PreconditionFailed",
                "The object isn't in the version that If-Match names; nothing has changed. Read it again.", [:])
        case let error as MembershipInvalid:
            return error.isMissing
                ? envelope(404, dialect.notFound, error.message) : envelope(400, "Request_BadRequest", error.message)
        case let error as ResourceNotFound:
            return envelope(
                404, "ResourceNotFound",
                "Resource '\(error.id)' does not exist or one of its queried reference-property objects are not present."
            )
        case let error as Invalid: return envelope(400, "BadRequest", error.description)
        case is AccountInactive:
            return envelope(
                401, "InvalidAuthenticationToken",
                "The account behind the token doesn't exist in this tenant or is disabled.",
                ["WWW-Authenticate": "Bearer error=\"invalid_token\""])
        case let error as Refused: return refused(error.refusal, dialect, envelope)
        case let error as Refusal: return refused(error, dialect, envelope)
        case let error as StorageError: return storage(error, envelope)
        default: return envelope(500, "InternalServerError", "The server failed. Quote the request-id to its operator.")
        }
    }

    /// How the service behind a request's path words its failures.
    private func dialect(of request: GraphRequest) -> ErrorDialect {
        guard let (version, path, _) = try? Self.split(request.target),
            let segments = try? ODataPath(String(path)).segments
        else { return .countersign }
        return model.dialect(of: segments, version: version) ?? .countersign
    }

    private func refused(
        _ refusal: Refusal, _ dialect: ErrorDialect, _ envelope: (Int, String, String, GraphHeaders) -> GraphResponse
    ) -> GraphResponse {
        let (status, code) = refusal.code.wire ?? dialect.refused(refusal.kind)
        return envelope(status, code, refusal.reason, [:])
    }

    private func storage(
        _ error: StorageError, _ envelope: (Int, String, String, GraphHeaders) -> GraphResponse
    ) -> GraphResponse {
        switch error {
        case .contended: envelope(429, "TooManyRequests", error.description, ["Retry-After": "1"])
        // What is wrong with the store is its operator's to know: hosts, roles and clocks stay in the log.
        case .unavailable:
            envelope(
                503, "ServiceUnavailable", "The store can't be used at the moment. Nothing has happened; try again.",
                ["Retry-After": "5"])
        case .tooExpensive: envelope(429, "TooManyRequests", error.description, ["Retry-After": "5"])
        case .tooLarge: envelope(413, "RequestEntityTooLarge", error.description, [:])
        case .tooMany: envelope(400, "BadRequest", error.description, [:])
        // Never 503: SDKs would repeat a change that may have happened.
        case .unknown:
            envelope(
                500, "InternalServerError", "Whether the change happened can't be told. Read before you repeat.", [:])
        case .corrupt, .incompatible:
            envelope(
                500, "InternalServerError", "A stored object can't be read. Quote the request-id to the operator.", [:])
        }
    }
}
