package import Approvals
internal import Directory
package import EDM
internal import JSON

/// An approval code completes the call it was given for and no other: same tenant, requestor, API version, operation,
/// entity, query, media type, bound headers and body (R14). Bodies are equal as JSON, whatever the order of members,
/// white space and escapes, with the fixed names of types applied; null isn't absent. An unknown code and somebody else's
/// get one and the same answer; the requestor is told what differs.
package enum CodeBinding {
    package static func check(
        _ resent: Document<OperationBinding>, against filed: Document<OperationBinding>
    ) throws(Refusal) {
        guard resent.tenant == filed.tenant, resent.requestor == filed.requestor else { throw refusal }
        let differences = [
            ("API version", resent.apiVersion == filed.apiVersion), ("method", resent.method == filed.method),
            ("operation", resent.operation == filed.operation && resent.entityKind == filed.entityKind),
            ("object", resent.entityId == filed.entityId), ("query", resent.rawQuery == filed.rawQuery),
            ("content type", resent.contentType.map(MediaType.init) == filed.contentType.map(MediaType.init)),
            ("bound headers", headers(of: resent) == headers(of: filed)), ("body", body(of: resent) == body(of: filed)),
        ].filter { !$0.1 }.map(\.0)
        guard !differences.isEmpty else { return }
        throw Refusal(
            .codeBinding,
            "This isn't the call that was filed: the \(differences.joined(separator: ", ")) differ\(differences.count == 1 ? "s" : ""). Send exactly that "
                + "call, or cancel the request and file anew.")
    }

    /// For a code that names no request, or somebody else's.
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

extension RefusalCode {
    package static let codeBinding = RefusalCode("codeBinding", .forbidden)
}
