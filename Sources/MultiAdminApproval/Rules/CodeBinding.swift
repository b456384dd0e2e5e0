package import Approvals
internal import Directory
package import EDM
internal import JSON

/// An approval code completes the call it was given for and no other: same tenant, requestor, API version, operation,
/// entity, query, media type, bound headers and body (R14). Bodies are equal as JSON, whatever the order of members,
/// white space and escapes, with the fixed names of types applied; null isn't absent. An unknown code, somebody else's
/// and one for another call get one and the same answer.
package enum CodeBinding {
    package static func check(
        _ resent: Document<OperationBinding>, against filed: Document<OperationBinding>
    ) throws(Refusal) {
        guard resent.tenant == filed.tenant, resent.requestor == filed.requestor, resent.apiVersion == filed.apiVersion,
            resent.method == filed.method, resent.operation == filed.operation, resent.entityKind == filed.entityKind,
            resent.targets.map(\.id) == filed.targets.map(\.id), resent.rawQuery == filed.rawQuery,
            resent.contentType.map(MediaType.init) == filed.contentType.map(MediaType.init),
            headers(of: resent) == headers(of: filed), body(of: resent) == body(of: filed)
        else { throw refusal }
    }

    /// Also for a code that names no request.
    package static let refusal = Refusal(
        .codeBinding,
        "The approval code doesn't cover this call. Send exactly the call that was approved (same account, URL, "
            + "headers and body), or file a new request with x-msft-approval-justification.")

    private static func body(of operation: Document<OperationBinding>) -> JSONValue? {
        operation.body.map { ODataTypeNames.graphNames(in: $0.value) }
    }

    private static func headers(of operation: Document<OperationBinding>) -> [[String]] {
        operation.boundHeaders.map { [($0.key ?? "").lowercased(), $0.value ?? ""] }
            .sorted { $0.lexicographicallyPrecedes($1) }
    }
}
