internal import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
internal import OData
internal import Storage
internal import Text
internal import Workflows

// POST /{version}/$batch: every item goes the way of a request of its own, as the batch's caller.
extension GraphService {
    /// The headers that an item brings itself, besides those of the surfaces; any other is the batch's or nobody's.
    private static let itemHeaders = [
        "accept", "client-request-id", "consistencylevel", "content-type", "if-match", "if-none-match", "prefer",
    ]
    /// What all answers together may have.
    private static let answerBytes = 32 * 1024 * 1024

    func batch(_ request: GraphRequest, _ version: Version, as caller: Caller) async throws -> GraphResponse {
        let envelope = try RequestBody.object(of: request)
        let items: [BatchItem]
        do throws(Invalid) { items = try BatchItem.all(envelope) } catch {
            throw ODataError.badRequest("The batch isn't well formed: \(error.description)")
        }
        guard try await governance.isActive(caller) else { throw AccountInactive() }
        var statuses: [String: Int] = [:]
        var responses: [JSONValue] = []
        var size = 0
        for item in items {
            let id = UUIDs.forRequest()
            var answer: GraphResponse
            if let failed = item.dependsOn.first(where: { !(200..<300).contains(statuses[$0.lowercased()] ?? 0) }) {
                answer = await refusal(
                    424, "FailedDependency", "The request '\(failed)' failed, on which this depends.", id, item)
            } else if size > Self.answerBytes {
                answer = await refusal(
                    429, "TooManyRequests", "The batch's answers are too large. Send this one by itself.", id, item)
            } else {
                do throws(ODataError) {
                    answer = await respond(to: try self.request(item, version, id), as: caller)
                } catch { answer = await refusal(error.status, error.code, error.message, id, item) }
            }
            statuses[item.id.lowercased()] = answer.status
            size += answer.body.count
            responses.append(.object(Self.response(answer, item, id)))
        }
        return GraphResponse(
            status: 200, headers: ["Content-Type": Reads.contentType],
            body: JSONValue.object(["responses": .array(responses)]).bytes)
    }

    private func refusal(
        _ status: Int, _ code: String, _ message: String, _ id: String, _ item: BatchItem
    ) async -> GraphResponse {
        Self.error(
            status: status, code: code, message: message, requestID: id,
            clientRequestID: item.headers.first { $0.name.equalsIgnoringCase("client-request-id") }?.value,
            date: await date())
    }

    /// An item as a request of its own. Its URL is below the batch's version: relative, or absolute on our own origin, as the
    /// Python client writes it; nothing is ever fetched.
    private func request(_ item: BatchItem, _ version: Version, _ id: String) throws(ODataError) -> GraphRequest {
        var url = Substring(item.url)
        let root = "/\(version.rawValue)"
        if url.contains("://") || url.hasPrefix("//") {
            let own = "\(publicURL)\(root)/"
            guard url.lowercased().hasPrefix(own.lowercased()) else {
                throw .badRequest("The URL '\(item.url)' isn't below \(own). Write it relative to that.")
            }
            url = url.dropFirst(own.count)
        }
        while url.first == "/" { url = url.dropFirst() }
        let path = url.prefix { $0 != "?" }
        guard !path.split(separator: "/").contains(where: { $0 == ".." || $0 == "." }), !path.contains("\\") else {
            throw .badRequest("The URL '\(item.url)' may not hold '.', '..' or a backslash.")
        }
        guard
            path.split(separator: "/").first.map({ $0.lowercased() != "$batch" && $0.lowercased() != "%24batch" })
                ?? false
        else {
            throw .badRequest("A batch can't hold a batch, or a request without a path.")
        }
        var headers = GraphHeaders()
        let own = Self.itemHeaders + model.headers
        for field in item.headers where own.contains(where: { $0.equalsIgnoringCase(field.name) }) {
            guard !field.value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
                throw .badRequest("The header '\(field.name)' holds a control character.")
            }
            headers = GraphHeaders(headers.fields + [(field.name, field.value)])
        }
        return GraphRequest(
            item.method, "\(root)/\(url)", headers: headers, body: try Self.body(of: item, headers), requestID: id)
    }

    /// A JSON body as it stands, or the bytes that a base64url text holds.
    private static func body(of item: BatchItem, _ headers: GraphHeaders) throws(ODataError) -> [UInt8] {
        guard let body = item.body else { return [] }
        guard let type = headers["Content-Type"] else {
            throw .badRequest("A request with a body needs the header 'Content-Type' of its own.")
        }
        guard let text = body.string, !type.lowercased().hasPrefix("application/json") else { return body.bytes }
        var digits = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        while !digits.utf8.count.isMultiple(of: 4) { digits.append("=") }
        guard let bytes = Base64.decode(digits) else { throw .badRequest("A body that isn't JSON must be base64url.") }
        return bytes
    }

    private static func response(_ answer: GraphResponse, _ item: BatchItem, _ id: String) -> JSONObject {
        var headers = JSONObject()
        for field in answer.headers.fields { headers[field.name] = .string(field.value) }
        headers["request-id"] = .string(id)
        headers["client-request-id"] = .string(
            item.headers.first { $0.name.equalsIgnoringCase("client-request-id") }?.value ?? id)
        var response: JSONObject = [
            "id": .string(item.id), "status": .integer(Int64(answer.status)), "headers": .object(headers),
        ]
        if !answer.body.isEmpty {
            response["body"] =
                (try? JSONReader.read(answer.body, limits: .stored))
                ?? .string(String(decoding: answer.body, as: UTF8.self))
        }
        return response
    }
}
