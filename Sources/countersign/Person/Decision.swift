internal import ArgumentParser
internal import JSON
internal import NIOHTTP1

/// What `approve` and `deny` do: show the request, then decide it.
struct Decision {
    let id: String
    let action: String
    let justification: String?

    private var path: String { "/beta/deviceManagement/operationApprovalRequests/\(id)" }

    func run() async throws {
        let client = try GraphClient()
        let request = try await client.call(.GET, path)
        guard request.status == 200 else { throw CommandFailure(request.message) }
        Standard.output(Self.summary(request.body))
        var body = JSONObject()
        if let justification { body["justification"] = .string(justification) }
        let answer = try await client.call(.POST, "\(path)/\(action)", body)
        switch answer.status {
        case 200..<300:
            let status = try await client.call(.GET, path).body["status"]?.string
            Standard.output("\(status.map(Standard.escaped) ?? "decided")\n")
        case 409:
            let status = try await client.call(.GET, path).body["status"]?.string ?? "decided"
            throw CommandFailure("Not effective: the request is '\(status)'. \(answer.message)", code: .notEffective)
        default: throw CommandFailure(answer.message)
        }
    }

    /// Who wants what, why, and until when: a decision is about this, and not about an id.
    private static func summary(_ request: JSONObject) -> String {
        func text(_ path: String...) -> String? {
            JSONValue.object(request)[path: path]?.string.map(Standard.escaped)
        }
        let types = request["requiredOperationApprovalPolicyTypes"]?.array?.compactMap(\.string).joined(separator: ", ")
        let lines = [
            ("requestor", text("requestor", "user", "displayName") ?? text("requestor", "application", "displayName")),
            ("operation", types.map(Standard.escaped)),
            ("object", text("payloadName") ?? text("entityName")),
            ("justification", text("requestJustification")),
            ("status", text("status")),
            ("expires", text("expirationDateTime")),
        ]
        return lines.compactMap { name, value in
            value.map { name + String(repeating: " ", count: 15 - name.count) + $0 + "\n" }
        }.joined()
    }
}

/// The full id of a request: a shortened one could be made to mean another request (security rule R33).
struct RequestID: ExpressibleByArgument {
    let text: String

    init?(argument: String) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [8, 4, 4, 4, 12], parts.joined().allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            return nil
        }
        text = argument.lowercased()
    }
}
