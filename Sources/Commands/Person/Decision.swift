internal import ArgumentParser
internal import JSON
internal import NIOHTTP1

/// What `approve` and `deny` do: show the request, then decide it.
struct Decision {
    let id: String
    let action: RequestCall.Action
    let justification: String?

    func run() async throws {
        let client = try GraphClient()
        let request = try await client.call(.GET, RequestPaths.request(id))
        guard request.status != 404 else {
            throw CommandFailure("There is no request \(id), or you may not see it. Look: countersign request ls.")
        }
        guard request.status == 200 else { throw CommandFailure(request.message) }
        // Whoever may not read it there can decide all the same.
        let explanation = try await client.call(.GET, RequestPaths.explanation(id))
        Standard.output(
            Self.summary(.object(request.body), explanation.status == 200 ? .object(explanation.body) : .null))
        let answer = try await RequestCall(action, id, of: request.body).send(client, justification: justification)
        switch answer.status {
        case 200..<300:
            let status = Requests.status(.object(try await client.call(.GET, RequestPaths.request(id)).body))
            Standard.output("\(status.isEmpty ? "decided" : Standard.escaped(status))\n")
        case 409:
            throw CommandFailure("Not effective: \(answer.message)", code: .notEffective)
        default: throw CommandFailure(answer.message)
        }
    }

    /// Who wants what, why, until when, and what it will change: a decision is about this, and not about an id.
    private static func summary(_ request: JSONValue, _ explanation: JSONValue) -> String {
        let lines = [
            ("requestor", Requests.requestor(request)), ("operation", Requests.operation(request)),
            ("object", Requests.object(request)), ("justification", Requests.justification(request)),
            ("status", Requests.status(request)), ("expires", Requests.expiration(request)),
        ]
        return (lines + Requests.changes(explanation).map { ("changes", $0) })
            .filter { !$0.1.isEmpty }
            .map { name, value in
                name + String(repeating: " ", count: 15 - name.count) + Standard.escaped(value) + "\n"
            }.joined()
    }
}

/// The full id of a request: a shortened one could be made to mean another request (security rule R33).
struct GUIDArgument: ExpressibleByArgument {
    let text: String

    init?(argument: String) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [8, 4, 4, 4, 12], parts.joined().allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            return nil
        }
        text = argument.lowercased()
    }
}
