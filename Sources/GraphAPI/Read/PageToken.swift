internal import Crypto
internal import Directory
internal import EDM
internal import JSON
internal import OData
internal import Storage
internal import Workflows

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where a list goes on: the last row's place in the order, with what the first page's headers said, sealed so that nobody
/// can read or change it, and bound to the tenant, the caller and what is asked, however that is written.
struct PageToken {
    let after: [FieldValue]
    /// `odata.maxpagesize` of the first page: clients follow links without their headers.
    let pageSize: Int?

    /// The token of a request, nil on the first page.
    /// - Throws: 400 where it was made for another question, another caller or by another server.
    static func open(_ call: Invocation) async throws -> PageToken? {
        guard let text = call.query.skipToken else { return nil }
        let invalid = ODataError.badRequest(
            "The $skiptoken isn't valid for this request. Follow @odata.nextLink as it stands, or begin anew without it."
        )
        let key = try await call.governance.sealingKey()
        guard let data = Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + padding(text)),
            let box = try? AES.GCM.SealedBox(combined: data),
            let opened = try? AES.GCM.open(box, using: SymmetricKey(data: key), authenticating: question(call)),
            let content = try? JSONReader.read(opened, limits: .stored),
            let values = content[path: ["after"]]?.array
        else { throw invalid }
        return PageToken(
            after: try values.map { try value($0) ?? { throw invalid }() },
            pageSize: content[path: ["pageSize"]]?.integer.map(Int.init))
    }

    /// The absolute link to the next page: the request's own options and this token.
    func link(_ call: Invocation) async throws -> String {
        let key = try await call.governance.sealingKey()
        let content: JSONValue = [
            "after": .array(after.map(Self.json)), "pageSize": pageSize.map { .integer(Int64($0)) } ?? .null,
        ]
        let sealed = try AES.GCM.seal(
            content.bytes, using: SymmetricKey(data: key), authenticating: Self.question(call))
        let token = (sealed.combined ?? Data()).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        let path = call.request.target.prefix { $0 != "?" }
        return call.service.publicURL + path + "?" + call.query.text(withSkipToken: token)
    }

    /// What the token is bound to.
    private static func question(_ call: Invocation) -> Data {
        let text = [
            call.caller.tenant, call.caller.principal.id, call.version.rawValue, call.place.path(call.keys),
            call.endpoint.name, JSONValue.object(JSONObject(call.arguments.sorted { $0.key < $1.key })).text,
            call.query.meaning,
        ].joined(separator: "\n")
        return Data(SHA256.hash(data: Data(text.utf8)))
    }

    private static func padding(_ text: String) -> String {
        String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }

    private static func json(_ value: FieldValue) -> JSONValue {
        switch value {
        case .null: .null
        case .text(let text): ["t": .string(text)]
        case .integer(let number): ["n": .integer(number)]
        case .boolean(let flag): ["b": .bool(flag)]
        case .instant(let instant): ["i": .integer(instant.microseconds)]
        }
    }

    private static func value(_ json: JSONValue) -> FieldValue? {
        if json.isNull { return .null }
        guard let member = json.object?.members.first else { return nil }
        return switch member.name {
        case "t": member.value.string.map(FieldValue.text)
        case "n": member.value.integer.map(FieldValue.integer)
        case "b": member.value.bool.map(FieldValue.boolean)
        case "i": member.value.integer.map { .instant(Instant(microseconds: $0)) }
        default: nil
        }
    }
}
