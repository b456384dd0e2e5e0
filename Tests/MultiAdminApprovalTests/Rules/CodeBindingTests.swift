import Approvals
import Directory
import EDM
import JSON
import MultiAdminApproval
import Testing

@Suite("What a code binds (R14)")
struct CodeBindingTests {
    private func code(_ change: (inout Document<OperationBinding>) -> Void) throws -> RefusalCode? {
        let filed = try Fixture.call(), resent = try Fixture.call(change)
        return refusal { () throws(Refusal) in try CodeBinding.check(resent, against: filed) }
    }

    private func code(filed: String, resent: String) throws -> RefusalCode? {
        let bodies = try [filed, resent].map { StoredBody(try JSONReader.read($0.utf8)) }
        let calls = try bodies.map { body in try Fixture.call { $0.body = body } }
        return refusal { () throws(Refusal) in try CodeBinding.check(calls[1], against: calls[0]) }
    }

    @Test("the same call passes")
    func same() throws {
        #expect(try code { _ in } == nil)
    }

    @Test("a difference in any bound part is refused")
    func parts() throws {
        #expect(try code { $0.tenant = "fabrikam" } == .codeBinding)
        #expect(try code { $0.requestor = Fixture.user("abe") } == .codeBinding)
        #expect(try code { $0.requestor = Principal(.servicePrincipal, "rita") } == .codeBinding)
        #expect(try code { $0.apiVersion = "v1.0" } == .codeBinding)
        #expect(try code { $0.method = "DELETE" } == .codeBinding)
        #expect(try code { $0.operation = "deviceManagement.deviceManagementScripts.assign" } == .codeBinding)
        #expect(try code { $0.entityKind = "mobileApp" } == .codeBinding)
        #expect(try code { $0.entityId = "s2" } == .codeBinding)
        #expect(try code { $0.entityId = nil } == .codeBinding)
        #expect(try code { $0.rawQuery = "$select=id" } == .codeBinding)
        #expect(try code { $0.contentType = "text/plain" } == .codeBinding)
        #expect(try code { $0.contentType = nil } == .codeBinding)
        #expect(try code { $0.body = nil } == .codeBinding)
        #expect(try code { $0.body = StoredBody(.null) } == .codeBinding)
    }

    @Test("the requestor is told what differs, anybody else nothing")
    func words() throws {
        func reason(_ change: (inout Document<OperationBinding>) -> Void) throws -> String {
            let filed = try Fixture.call(), resent = try Fixture.call(change)
            let thrown = #expect(throws: Refusal.self) { try CodeBinding.check(resent, against: filed) }
            return thrown?.reason ?? ""
        }
        #expect(try reason { $0.body = nil }.contains("the body differs"))
        #expect(
            try reason {
                $0.body = nil; $0.rawQuery = "x"
            }.contains("the query, body differ."))
        #expect(
            try reason {
                $0.requestor = Fixture.user("abe"); $0.body = nil
            } == CodeBinding.refusal.reason)
    }

    @Test("the target's version and the digest's spelling are not the caller's to repeat")
    func unbound() throws {
        #expect(try code { $0.targets = [Fixture.target(version: "t2")] } == nil)
        #expect(try code { $0.bodyDigest = nil } == nil)
    }

    @Test("a media type is its type and charset, which is UTF-8 unless told")
    func mediaType() throws {
        #expect(try code { $0.contentType = "Application/JSON; charset=UTF-8" } == nil)
        #expect(try code { $0.contentType = "application/json;charset=\"utf-8\";odata.metadata=minimal" } == nil)
        #expect(try code { $0.contentType = "application/json; charset=utf-16" } == .codeBinding)
    }

    @Test("bound headers are compared by name and value, in any order")
    func headers() throws {
        func headers(_ pairs: [(String, String)]) throws -> [Document<KeyValue>] {
            try pairs.map { pair in
                try Document {
                    $0.key = pair.0
                    $0.value = pair.1
                }
            }
        }
        let one = try headers([("X-Scope", "a"), ("X-Mode", "b")])
        let same = try headers([("x-mode", "b"), ("x-scope", "a")])
        let filed = try Fixture.call { $0.boundHeaders = one }
        func code(_ sent: [Document<KeyValue>]) throws -> RefusalCode? {
            let resent = try Fixture.call { $0.boundHeaders = sent }
            return refusal { () throws(Refusal) in try CodeBinding.check(resent, against: filed) }
        }
        #expect(try code(same) == nil)
        #expect(try code([]) == .codeBinding)
        #expect(try code(headers([("x-mode", "B"), ("x-scope", "a")])) == .codeBinding)
    }

    @Test(
        "bodies that are equal as JSON pass",
        arguments: [
            (#"{"a":1,"b":[1,2]}"#, #" { "b" : [ 1.0, 2e0 ], "a" : 1 } "#), (#"{"a":"\u0041\/"}"#, #"{"a":"A/"}"#),
            (#"{"a":100}"#, #"{"a":1E2}"#), (#"[]"#, #"[ ]"#),
            (
                ##"{"@odata.type":"#microsoft.graph.win32LobApp","x":{"@odata.type":"microsoft.graph.b"}}"##,
                ##"{"x":{"@odata.type":"Microsoft.Management.Services.Api.B"},"@odata.type":"##
                    + ##""#microsoft.management.services.api.win32LobApp"}"##
            ),
            (
                ##"{"a@odata.type":"#Collection(microsoft.graph.assignment)","a":[]}"##,
                ##"{"a@odata.type":"#Collection(microsoft.management.services.api.assignment)","a":[]}"##
            ),
        ])
    func equal(filed: String, resent: String) throws {
        #expect(try code(filed: filed, resent: resent) == nil)
        #expect(try code(filed: resent, resent: filed) == nil)
    }

    @Test(
        "bodies that aren't are refused",
        arguments: [
            (#"{"a":1}"#, #"{"a":2}"#), (#"{"a":null}"#, #"{}"#), (#"{"a":1}"#, #"{"a":"1"}"#), (#"[1,2]"#, #"[2,1]"#),
            (#"{"a":9007199254740993}"#, #"{"a":9007199254740992}"#), (#"{"a":true}"#, #"{"A":true}"#),
            (#"{"a":""}"#, #"{"a":null}"#), (#"{"a":{}}"#, #"{"a":[]}"#),
            (##"{"@odata.type":"#microsoft.graph.a"}"##, ##"{"@odata.type":"#microsoft.graph.b"}"##),
            (##"{"@odata.type":"#microsoft.graph.a"}"##, "{}"),
            (##"{"type":"#microsoft.graph.a"}"##, ##"{"type":"#microsoft.management.services.api.a"}"##),
        ])
    func different(filed: String, resent: String) throws {
        #expect(try code(filed: filed, resent: resent) == .codeBinding)
        #expect(try code(filed: resent, resent: filed) == .codeBinding)
    }

    @Test("the names of types are rewritten for patchPayload and back")
    func names() throws {
        let body: JSONValue = [
            "@odata.type": "#microsoft.graph.win32LobApp", "rules": [["@odata.type": "#microsoft.graph.rule"]],
        ]
        let service = ODataTypeNames.serviceNames(in: body)
        #expect(
            service == [
                "@odata.type": "#microsoft.management.services.api.win32LobApp",
                "rules": [["@odata.type": "#microsoft.management.services.api.rule"]],
            ])
        #expect(ODataTypeNames.graphNames(in: service) == body)
    }

    @Test("a code for no request, another's and one for another call get the same answer")
    func oneAnswer() throws {
        let call = try Fixture.call()
        var hidden = try Fixture().make(.hidden)
        let thrown = #expect(throws: Refusal.self) { try hidden.complete(call, at: Fixture.start) }
        #expect(thrown == CodeBinding.refusal)
        #expect(CodeBinding.refusal.kind == .forbidden)
    }
}
